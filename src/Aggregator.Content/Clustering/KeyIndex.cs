using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Aggregator.Content.Clustering;

/// <summary>
/// Which stories have a term among their keys, as numbers: the newest of each term, at most <see cref="MaxPostings"/>. Counting the keys
/// that stories share with a newcomer then touches few and dense pages of memory, however many stories are held.
/// </summary>
internal sealed class KeyIndex
{
    /// <summary>Stories remembered for each term. A term shared by more says little about one event.</summary>
    private const int MaxPostings = 32;

    private readonly Dictionary<uint, Postings> _postings = [];

    /// <summary>The number of the question in which a slot was last counted.</summary>
    private int[] _asked = new int[1024];

    /// <summary>The keys counted for it then.</summary>
    private byte[] _shared = new byte[1024];
    private int _question;

    /// <summary>Enters a story's slot under its keys.</summary>
    public void Add(ReadOnlySpan<uint> keys, int slot)
    {
        if (slot >= _asked.Length)
        {
            var size = Math.Max(slot + 1, _asked.Length * 2);
            Array.Resize(ref _asked, size);
            Array.Resize(ref _shared, size);
        }

        foreach (var key in keys)
        {
            CollectionsMarshal.GetValueRefOrAddDefault(_postings, key, out _).Add(slot);
        }
    }

    /// <summary>Takes a story's slot out.</summary>
    public void Remove(ReadOnlySpan<uint> keys, int slot)
    {
        foreach (var key in keys)
        {
            ref var postings = ref CollectionsMarshal.GetValueRefOrNullRef(_postings, key);
            if (!Unsafe.IsNullRef(ref postings) && postings.Remove(slot))
            {
                _postings.Remove(key);
            }
        }
    }

    /// <summary>Puts the slots that share any of the keys into a list, and how many have how many of them into <paramref name="sharing"/>.</summary>
    public void Find(ReadOnlySpan<uint> keys, List<int> slots, Span<int> sharing)
    {
        slots.Clear();
        sharing.Clear();
        _question++;
        foreach (var key in keys)
        {
            ref var postings = ref CollectionsMarshal.GetValueRefOrNullRef(_postings, key);
            if (Unsafe.IsNullRef(ref postings))
            {
                continue;
            }

            foreach (var slot in postings.Slots())
            {
                if (_asked[slot] == _question)
                {
                    sharing[_shared[slot]]--;
                }
                else
                {
                    _asked[slot] = _question;
                    _shared[slot] = 0;
                    slots.Add(slot);
                }

                sharing[++_shared[slot]]++;
            }
        }
    }

    /// <summary>How many keys a slot shares with those asked for last.</summary>
    public int SharedBy(int slot) => _shared[slot];

    /// <summary>The slots of one term, the oldest first. Most terms have one: it needs no array.</summary>
    private struct Postings
    {
        private int _only;
        private int _count;
        private int[]? _several;

        public void Add(int slot)
        {
            if (_count == 0)
            {
                (_only, _count) = (slot, 1);
                return;
            }

            _several ??= [_only, 0];
            if (_count == MaxPostings)
            {
                _several.AsSpan(1, --_count).CopyTo(_several);
            }
            else if (_count == _several.Length)
            {
                Array.Resize(ref _several, Math.Min(_count * 2, MaxPostings));
            }

            _several[_count++] = slot;
        }

        /// <returns>Whether none is left.</returns>
        public bool Remove(int slot)
        {
            if (_several is null)
            {
                return _count == 0 || _only == slot;
            }

            var at = Array.IndexOf(_several, slot, 0, _count);
            if (at >= 0)
            {
                _several.AsSpan((at + 1).._count).CopyTo(_several.AsSpan(at));
                _count--;
            }

            return _count == 0;
        }

        [UnscopedRef]
        public readonly ReadOnlySpan<int> Slots() => _several is null ? new ReadOnlySpan<int>(in _only)[.._count] : _several.AsSpan(0, _count);
    }
}

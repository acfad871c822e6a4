using System.Buffers;

namespace Aggregator.Service.Fetching;

/// <summary>
/// Bytes as they come, up to a limit: never more memory than the limit and a little, whatever an answer claims about its size. It is taken piece by piece from the pool and goes back
/// when the buffer is disposed, so that a body without end leaves nothing behind; a buffer that is abandoned, because a read failed, is left to the collector.
/// </summary>
/// <param name="maxBytes">The limit.</param>
internal sealed class BoundedBuffer(int maxBytes) : IDisposable
{
    private const int FirstPiece = 16 * 1024;

    /// <summary>Below the size from which on the collector does not move arrays.</summary>
    private const int Piece = 64 * 1024;

    private readonly List<byte[]> _full = [];
    private byte[] _last = ArrayPool<byte>.Shared.Rent(FirstPiece);
    private int _used;

    /// <summary>How many bytes came.</summary>
    public int Length { get; private set; }

    /// <summary>More came than the limit allows.</summary>
    public bool IsOver => Length > maxBytes;

    /// <summary>Room for more; never empty.</summary>
    public Memory<byte> Free
    {
        get
        {
            if (_used == _last.Length)
            {
                _full.Add(_last);
                _last = ArrayPool<byte>.Shared.Rent(Piece);
                _used = 0;
            }

            return _last.AsMemory(_used);
        }
    }

    /// <summary>So many bytes of <see cref="Free"/> were filled.</summary>
    public void Advance(int count)
    {
        _used += count;
        Length += count;
    }

    /// <summary>A copy of what came, up to the limit.</summary>
    public byte[] ToArray()
    {
        var all = GC.AllocateUninitializedArray<byte>(Math.Min(Length, maxBytes));
        var at = 0;
        foreach (var piece in _full.Append(_last))
        {
            var taken = Math.Min(piece == _last ? _used : piece.Length, all.Length - at);
            piece.AsSpan(0, taken).CopyTo(all.AsSpan(at));
            at += taken;
        }

        return all;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var piece in _full.Append(_last).Where(piece => piece.Length > 0))
        {
            ArrayPool<byte>.Shared.Return(piece);
        }

        _full.Clear();
        (_last, _used) = ([], 0);
    }
}

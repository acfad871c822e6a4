namespace Aggregator.Service.Fetching;

/// <summary>Bytes as they come, up to a limit: never more memory than the limit and a little, whatever an answer claims about its size.</summary>
internal sealed class BoundedBuffer
{
    private readonly int _maxBytes;
    private byte[] _bytes;

    /// <summary>An empty buffer.</summary>
    /// <param name="maxBytes">The limit.</param>
    /// <param name="guess">How many bytes are expected; a wrong guess costs a copy.</param>
    public BoundedBuffer(int maxBytes, int guess)
    {
        _maxBytes = maxBytes;

        // One more than expected, so that the end is found without growing; one more than the limit, so that going over it shows.
        _bytes = new byte[Math.Clamp(guess, 1024, maxBytes) + 1];
    }

    /// <summary>How many bytes came.</summary>
    public int Length { get; private set; }

    /// <summary>More came than the limit allows.</summary>
    public bool IsOver => Length > _maxBytes;

    /// <summary>Room for more; never empty before the limit is passed.</summary>
    public Memory<byte> Free
    {
        get
        {
            if (Length == _bytes.Length)
            {
                Array.Resize(ref _bytes, (int)Math.Min(_bytes.Length * 2L, _maxBytes + 1L));
            }

            return _bytes.AsMemory(Length);
        }
    }

    /// <summary>What came, up to the limit.</summary>
    public ReadOnlyMemory<byte> Content => _bytes.AsMemory(0, Math.Min(Length, _maxBytes));

    /// <summary>So many bytes of <see cref="Free"/> were filled.</summary>
    public void Advance(int count) => Length += count;
}

namespace Aggregator.Storage.LiteDb.Search;

/// <summary>The numbers of the lists that a story is in, as bytes: seven bits each, the eighth says that the number goes on (LEB128).</summary>
internal static class ListNumbers
{
    public static byte[] Write(IEnumerable<long> numbers)
    {
        var bytes = new List<byte>();
        foreach (var number in numbers)
        {
            for (var rest = number; ; rest >>= 7)
            {
                var last = rest < 0x80;
                bytes.Add((byte)(last ? rest : (rest & 0x7F) | 0x80));
                if (last)
                {
                    break;
                }
            }
        }

        return [.. bytes];
    }

    /// <summary>Appends the numbers.</summary>
    public static void Read(ReadOnlySpan<byte> bytes, List<long> into)
    {
        long number = 0;
        var shift = 0;
        foreach (var part in bytes)
        {
            number |= (long)(part & 0x7F) << shift;
            shift += 7;
            if ((part & 0x80) == 0)
            {
                into.Add(number);
                (number, shift) = (0, 0);
            }
        }
    }
}

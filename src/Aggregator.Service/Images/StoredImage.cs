using Aggregator.Model.Text;

namespace Aggregator.Service.Images;

/// <summary>A picture to be sent, once. It is read while it is sent, so a client that takes its time holds no picture in memory. Whoever has it disposes of it, or of its content.</summary>
/// <param name="Content">Its bytes, as they came. They can be read to their end, also when the picture is let go of meanwhile.</param>
/// <param name="Tag">A hash of them, for its ETag.</param>
/// <param name="MediaType">Its type, as its bytes show it.</param>
public sealed record StoredImage(Stream Content, string Tag, string MediaType) : IDisposable
{
    /// <summary>A picture that is in memory.</summary>
    public static StoredImage Of(byte[] content, string ending) => new(new MemoryStream(content, writable: false), TagOf(content), ImageKind.TypeOf(ending)!);

    /// <summary>The tag of a picture's bytes.</summary>
    public static string TagOf(byte[] content) => ContentHash.Of(12, content);

    /// <inheritdoc/>
    public void Dispose() => Content.Dispose();
}

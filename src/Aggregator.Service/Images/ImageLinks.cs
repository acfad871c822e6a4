using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Aggregator.Service.Hosting;
using Microsoft.Extensions.Options;

namespace Aggregator.Service.Images;

/// <summary>
/// The addresses under which pictures are had here: /images/signature/address. The signature says that this service wrote it, so nobody can have anything else fetched.
/// </summary>
public sealed class ImageLinks
{
    /// <summary>Where pictures are had.</summary>
    public const string Path = "/images/";

    /// <summary>Bytes of the signature that are kept: nobody guesses half of them.</summary>
    private const int SignatureBytes = 16;

    private const int KeyBytes = 32;

    private readonly byte[] _key;

    /// <summary>Reads the key, or makes one.</summary>
    /// <exception cref="StartException">It cannot be read or written.</exception>
    public ImageLinks(IOptions<ImagesOptions> options, ServicePaths paths)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(paths);
        _key = options.Value.Key is { Length: > 0 } key ? SHA256.HashData(Encoding.UTF8.GetBytes(key)) : ReadOrMake(paths.ImageKeyFile);
    }

    /// <summary>Where readers get a picture, below <paramref name="home"/>.</summary>
    public Uri AddressOf(Uri image, Uri home)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(home);
        var address = Encoding.UTF8.GetBytes(image.AbsoluteUri);
        return home.Below($"{Path}{Base64Url.EncodeToString(Sign(address))}/{Base64Url.EncodeToString(address)}");
    }

    /// <summary>The picture that a signed address is of. Null: it was not made here.</summary>
    public Uri? Read(string signature, string address)
    {
        ArgumentNullException.ThrowIfNull(signature);
        ArgumentNullException.ThrowIfNull(address);
        if (!Base64Url.IsValid(signature) || !Base64Url.IsValid(address))
        {
            return null;
        }

        var bytes = Base64Url.DecodeFromChars(address);
        return CryptographicOperations.FixedTimeEquals(Base64Url.DecodeFromChars(signature), Sign(bytes)) && Uri.TryCreate(Encoding.UTF8.GetString(bytes), UriKind.Absolute, out var image) ? image : null;
    }

    private byte[] Sign(byte[] address) => HMACSHA256.HashData(_key, address)[..SignatureBytes];

    private static byte[] ReadOrMake(string file)
    {
        try
        {
            if (File.Exists(file))
            {
                return Convert.FromHexString(File.ReadAllText(file).Trim()) is { Length: KeyBytes } known
                    ? known
                    : throw new StartException($"{file} is no key: delete it, and a new one is made; readers then get pictures of older entries no more");
            }

            var key = RandomNumberGenerator.GetBytes(KeyBytes);
            PrivateFiles.Replace(file, Encoding.ASCII.GetBytes(Convert.ToHexStringLower(key)));
            return key;
        }
        catch (FormatException fault)
        {
            throw new StartException($"{file} is no key: delete it, and a new one is made; readers then get pictures of older entries no more", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{file} cannot be used, which holds what the addresses of pictures are signed with: {fault.Message}", fault);
        }
    }
}

using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Aggregator.Model.Storage;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Backup;

/// <summary>Writes a backup as of one moment, while the service goes on (<see cref="BackupContent"/>).</summary>
public sealed class BackupWriter(IStoryStore store, ServicePaths paths, IConfiguration configuration, TimeProvider clock)
{
    /// <summary>Writes it to a stream that need not be able to seek.</summary>
    /// <exception cref="NotSupportedException">The stories lie on a server; the message says what to do.</exception>
    /// <exception cref="InvalidOperationException">A backup is being written already.</exception>
    /// <exception cref="StoreException">The store cannot do its work.</exception>
    public async Task WriteAsync(Stream target, CancellationToken cancellationToken)
    {
        await using var gzip = new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true);
        await using var tar = new TarWriter(gzip, TarEntryFormat.Pax, leaveOpen: true);
        var sums = new StringBuilder();
        await store.BackUpAsync((name, content) => AddAsync(tar, BackupContent.StoreFolder + name, content, sums, cancellationToken), cancellationToken);
        var settings = BackupSettings.Of(paths, configuration);
        foreach (var (name, path, _) in settings.List(settings.SiteRules).Where(file => File.Exists(file.Path)))
        {
            await using var file = new MemoryStream(await File.ReadAllBytesAsync(path, cancellationToken));
            await AddAsync(tar, name, file, sums, cancellationToken);
        }

        await using var last = new MemoryStream(Encoding.UTF8.GetBytes(sums.ToString()));
        await tar.WriteEntryAsync(Entry(BackupContent.Checksums, last), cancellationToken);
    }

    /// <summary>The content is read twice: a tar file tells nothing after it that could hold the sum, and the store's files lie still.</summary>
    private async Task AddAsync(TarWriter tar, string name, Stream content, StringBuilder sums, CancellationToken cancellationToken)
    {
        var hash = await SHA256.HashDataAsync(content, cancellationToken);
        content.Position = 0;
        await tar.WriteEntryAsync(Entry(name, content), cancellationToken);
        sums.Append(Convert.ToHexStringLower(hash)).Append("  ").Append(name).Append('\n');
    }

    private PaxTarEntry Entry(string name, Stream content) => new(TarEntryType.RegularFile, name)
    {
        DataStream = content,
        ModificationTime = clock.GetUtcNow(),
        Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
    };
}

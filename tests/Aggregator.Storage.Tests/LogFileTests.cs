using Aggregator.Storage.LiteDb;

namespace Aggregator.Storage.Tests;

/// <summary>The log, alone and under LiteDB: what it relies on in LiteDB is checked here, for whoever takes a new version.</summary>
public sealed class LogFileTests
{
    private const int PageSize = 8192;

    [Fact]
    public void Fail_PagesNotSecured_AreCutOffAndTheFaultIsKept()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "x-log.db");
        using (var log = new LogFile(path))
        {
            Write(log, 1);
            log.Secure();
            Write(log, 2);
            log.Fail(new IOException("broken"));
            Write(log, 3);

            Assert.Equal("broken", Assert.Throws<IOException>(log.Secure).Message);
            Assert.Equal(PageSize, log.Length);
            Assert.Equal(1, ReadAt(log, 0));
            Assert.Throws<IOException>(() => ReadAt(log, PageSize));
        }

        using var again = new LogFile(path);
        again.Secure();
        Assert.Equal((PageSize, 1), (again.Length, ReadAt(again, 0)));
    }

    [Fact]
    public void Open_PageHalfWritten_IsCutOff()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "x-log.db");
        File.WriteAllBytes(path, new byte[PageSize + 100]);

        using var log = new LogFile(path);

        Assert.Equal(PageSize, log.Length);
    }

    [Fact]
    public void Dispose_EmptyLog_LeavesNoFile()
    {
        using var folder = new TemporaryFolder();
        var path = LogFile.PathFor(Path.Combine(folder.Path, "x.db"));
        using (var log = new LogFile(path))
        {
            Write(log, 1);
            log.SetLength(0);
        }

        Assert.Equal(Path.Combine(folder.Path, "x-log.db"), path);
        Assert.False(File.Exists(path));
    }

    /// <summary>The flush before a commit's last page depends on finding it.</summary>
    [Fact]
    public async Task LiteDb_LastPageOfACommit_IsTheOneThatBearsTheMark()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "x.db");
        using var file = DatabaseFile.Open(path, 32 << 20, "things");
        file.Checkpoint();
        file.Begin();
        file.Collection("things").Insert(new LiteDB.BsonDocument { ["_id"] = 1, ["text"] = new string('x', 5 * PageSize) });
        file.Commit();
        file.Secure();

        await using var copy = new FileStream(LogFile.PathFor(path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var pages = new byte[copy.Length];
        await copy.ReadExactlyAsync(pages, TestContext.Current.CancellationToken);
        var marks = pages.Chunk(PageSize).Select(page => page[18]).ToList();
        Assert.InRange(marks.Count, 6, 20);
        Assert.Equal(marks.Count - 1, marks.FindIndex(mark => mark != 0));
    }

    /// <summary>LiteDB writes the first pages after a start on a thread of its own; here that thread cannot get at the log for a while.</summary>
    [Fact]
    public async Task Commit_PagesAreNotInTheLogYet_WaitsForThem()
    {
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "x.db");
        DatabaseFile.Open(path, 32 << 20, "things").Dispose();
        using var file = DatabaseFile.Open(path, 32 << 20, "things");
        using var committing = new ManualResetEventSlim();
        Task commit;
        lock (file.Log)
        {
            commit = Task.Factory.StartNew(
                () =>
                {
                    file.Begin();
                    file.Collection("things").Insert(new LiteDB.BsonDocument { ["_id"] = 1 });
                    committing.Set();
                    file.Commit();
                    file.Secure();
                },
                TestContext.Current.CancellationToken,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default);
            committing.Wait(TestContext.Current.CancellationToken);
            Thread.Sleep(200);
            Assert.False(commit.IsCompleted);
            Assert.Equal(0, file.Log.Length);
        }

        await commit;
        Assert.NotEqual(0, file.Log.Length);
    }

    private static void Write(LogFile log, byte content)
    {
        log.Position = log.Length;
        log.Write([.. Enumerable.Repeat(content, PageSize)], 0, PageSize);
    }

    private static int ReadAt(LogFile log, long position)
    {
        log.Position = position;
        return log.ReadByte();
    }
}

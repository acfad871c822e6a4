using System.Reflection;
using Aggregator.Model.Storage;
using LiteDB.Engine;

namespace Aggregator.Storage.LiteDb;

/// <summary>
/// The one look behind LiteDB's public face. A commit hands its pages to a queue, which writes the first ones after a start on a thread
/// of its own, so a commit can return before its pages are in the log. LiteDB waits for that queue before a checkpoint, by a method it
/// does not publish.
/// </summary>
internal static class WriterQueue
{
    /// <summary>What to call to wait until a database's queue is empty.</summary>
    /// <exception cref="StoreException">This version of LiteDB is built differently.</exception>
    public static Action WaitOf(LiteEngine engine)
    {
        const BindingFlags Members = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        var disk = typeof(LiteEngine).GetField("_disk", Members)?.GetValue(engine);
        var lazyQueue = disk?.GetType().GetProperty("Queue", Members)?.GetValue(disk);
        var queue = lazyQueue?.GetType().GetProperty("Value")?.GetValue(lazyQueue);
        return queue?.GetType().GetMethod("Wait", Members, [])?.CreateDelegate<Action>(queue)
            ?? throw new StoreException($"LiteDB {typeof(LiteEngine).Assembly.GetName().Version} has no LiteEngine._disk.Queue.Value.Wait(), without which no commit can be known to be in its file: use the version this program is built for, or teach WriterQueue the new one.");
    }
}

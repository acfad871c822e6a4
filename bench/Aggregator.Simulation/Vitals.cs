using System.Diagnostics;

namespace Aggregator.Simulation;

/// <summary>What the process takes at one moment of a simulation.</summary>
/// <param name="At">The time that has passed in the simulation.</param>
/// <param name="Resident">Bytes of memory that are in use, as the system counts them.</param>
/// <param name="Managed">Bytes of the managed heap, what is no longer used among them.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Handles">Open files and sockets.</param>
/// <param name="Overdue">How long the feed that waits the longest for its poll, of those that do not misbehave, has been due. Null: none is.</param>
internal sealed record Vitals(TimeSpan At, long Resident, long Managed, int Threads, int Handles, TimeSpan? Overdue)
{
    /// <summary>As they are now.</summary>
    public static Vitals Take(TimeSpan at, TimeSpan? overdue)
    {
        using var process = Process.GetCurrentProcess();
        return new Vitals(at, process.WorkingSet64, GC.GetTotalMemory(forceFullCollection: false), process.Threads.Count, process.HandleCount, overdue);
    }
}

using System.Reflection;
using Aggregator.Model.Storage;

namespace Aggregator.Service.Tests.World;

/// <summary>A store whose calls do what a test says: stand in for a disk that is full, pass on to a real store, or both in turn.</summary>
#pragma warning disable CA1852 // The runtime derives the proxy from this class.
internal class FaultyStore : DispatchProxy
#pragma warning restore CA1852
{
    private Func<MethodInfo, object?[], object?> _answer = (_, _) => null;

    /// <summary>A store that hands every call and its arguments to <paramref name="answer"/>.</summary>
    public static IStoryStore Of(Func<MethodInfo, object?[], object?> answer)
    {
        var store = Create<IStoryStore, FaultyStore>();
        ((FaultyStore)(object)store)._answer = answer;
        return store;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!, args!);
}

using Aggregator.Service.Hosting;

namespace Aggregator.Service.Doors;

/// <summary>Who makes a request, by the key that came with it. Noted once, at the door, and read wherever an answer differs by who asks.</summary>
public sealed class Caller
{
    private static readonly object Item = new();

    private readonly HeldKey? _held;
    private readonly ShownKey? _shown;

    private Caller(string? name, bool mayChange, HeldKey? held, ShownKey? shown) => (Name, MayChange, _held, _shown) = (name, mayChange, held, shown);

    /// <summary>Who shows no key.</summary>
    public static Caller Nobody { get; } = new(null, mayChange: false, null, null);

    /// <summary>Who shows the key of the data folder: the command line on this machine.</summary>
    public static Caller CommandLine { get; } = new("the command line of this machine", mayChange: true, null, null);

    /// <summary>Who they are, for the record. Null: nobody knows.</summary>
    public string? Name { get; }

    /// <summary>Whether they may do everything.</summary>
    public bool MayChange { get; }

    /// <summary>Whether a key let them in, so that what they are answered is not for others.</summary>
    public bool HasKey => Name is not null;

    /// <summary>Cancelled when their key is good no longer; what goes on for long ends then.</summary>
    public CancellationToken Ended => _held?.Ended ?? CancellationToken.None;

    /// <summary>Who shows a key that is good.</summary>
    public static Caller With(HeldKey held, ShownKey shown)
    {
        ArgumentNullException.ThrowIfNull(held);
        ArgumentNullException.ThrowIfNull(shown);
        return new($"the key \"{held.Key.Name}\" ({held.Key.Id})", held.Key.Scope == KeyScope.Change && shown.Way == KeyWay.Header, held, shown);
    }

    /// <summary>Who makes a request; nobody, where nothing was noted of it.</summary>
    public static Caller Of(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return context.Items.TryGetValue(Item, out var caller) && caller is Caller known ? known : Nobody;
    }

    /// <summary>Whether a request comes from the operator, who is told more than others: with a key that may change things, or from this machine (<see cref="ThisMachine"/>).</summary>
    public static bool IsOperator(HttpContext context) => Of(context).MayChange || ThisMachine.IsCalling(context);

    /// <summary>Whether they may read what lies below a place such as "feeds/ip-watch". Null: a place of its own, which is no feed's.</summary>
    public bool Opens(string? place) => HasKey && (_held is not { Key.Feeds: { Count: > 0 } only } || (place is not null && only.Contains(place, StringComparer.OrdinalIgnoreCase)));

    /// <summary>An address of ours for them to use again: with their token, if they came by one. What is made for them alone may tell it to them.</summary>
    public string WithToken(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return _shown is { Way: KeyWay.Address } ? $"{address}{(address.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{ShownKey.Parameter}={Uri.EscapeDataString(_shown.Text)}" : address;
    }

    internal void NoteAt(HttpContext context) => context.Items[Item] = this;
}

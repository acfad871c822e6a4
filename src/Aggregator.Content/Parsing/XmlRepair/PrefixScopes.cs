namespace Aggregator.Content.Parsing.XmlRepair;

/// <summary>The namespace prefixes in scope: each with the addresses that the open elements give it, the innermost last.</summary>
internal sealed class PrefixScopes
{
    private readonly Dictionary<string, List<string>> _addresses = [];

    /// <summary>Gives <paramref name="prefix"/> an address until <see cref="Forget"/>.</summary>
    public void Declare(string prefix, string address)
    {
        if (_addresses.TryGetValue(prefix, out var addresses))
        {
            addresses.Add(address);
        }
        else
        {
            _addresses[prefix] = [address];
        }
    }

    /// <summary>Takes back the last <see cref="Declare"/> of <paramref name="prefix"/>.</summary>
    public void Forget(string prefix)
    {
        var addresses = _addresses[prefix];
        addresses.RemoveAt(addresses.Count - 1);
    }

    /// <summary>The address that <paramref name="prefix"/> has here. Null: nobody declared it.</summary>
    public string? Find(string prefix) => _addresses.TryGetValue(prefix, out var addresses) && addresses.Count > 0 ? addresses[^1] : null;
}

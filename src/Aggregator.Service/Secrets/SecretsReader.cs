using System.Text.Json;
using System.Text.RegularExpressions;

namespace Aggregator.Service.Secrets;

/// <summary>The secrets of a source, and what is wrong with it. Problems name secrets and never hold them.</summary>
/// <param name="Secrets">By name; upper and lower case are the same.</param>
/// <param name="Problems">In words for the operator.</param>
/// <param name="Broken">Why the source as a whole cannot be used. Null: it can.</param>
internal sealed record SecretList(IReadOnlyDictionary<string, FeedSecret> Secrets, IReadOnlyList<string> Problems, string? Broken);

/// <summary>
/// Reads secrets: <c>{"lwn": {"kind": "basic", "user": "...", "password": "..."}}</c>. Kinds: basic (user, password), bearer (token), header
/// (name, value), query (name, value). The kind may be left out where the fields tell it. Comments and trailing commas are allowed.
/// </summary>
internal static partial class SecretsReader
{
    /// <summary>The largest file read, in bytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>What the name of a secret looks like, in words.</summary>
    public const string NameRule = "letters, digits, \"-\", \"_\" and \".\", at most 64";

    private const string Prefix = "AGGREGATOR_SECRETS__";
    private static readonly string[] Fields = ["kind", "user", "password", "token", "name", "value"];

    /// <summary>Headers that belong to the transport, not to the operator (RFC 9110 section 7).</summary>
    private static readonly HashSet<string> TransportHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Host", "Content-Length", "Content-Type", "Transfer-Encoding", "Connection", "Keep-Alive", "Upgrade", "TE", "Trailer", "Accept-Encoding", "If-None-Match", "If-Modified-Since", "User-Agent",
    };

    /// <summary>How a name is written in the environment: "my-feed" is MY_FEED, because few shells take other letters.</summary>
    public static string InEnvironment(string name) =>
        string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) ? char.ToUpperInvariant(letter) : '_'));

    /// <summary>A variable of a secret, in words: AGGREGATOR_SECRETS__MY_FEED__TOKEN.</summary>
    public static string Variable(string name, string field) => $"{Prefix}{InEnvironment(name)}__{field}";

    /// <summary>Whether a text can name a secret.</summary>
    public static bool IsName(string? text) => text is not null && Name().IsMatch(text);

    /// <summary>The secrets of a file's text. Never throws for the text's sake.</summary>
    public static SecretList ReadFile(ReadOnlyMemory<byte> json, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(
                json.Span.StartsWith(System.Text.Encoding.UTF8.Preamble) ? json[3..] : json,
                new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, MaxDepth = 8 });
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Read(document.RootElement.EnumerateObject().Where(entry => entry.Name != "$schema").Select(entry => (entry.Name, FieldsOf(entry.Value))), file)
                : new SecretList(EmptySecrets, [], $"{file}: expected an object: {{ \"name\": {{ \"kind\": \"basic\", \"user\": \"...\", \"password\": \"...\" }} }}");
        }
        catch (JsonException fault)
        {
            // The parser's own words quote what it stumbled over, which may be part of a secret.
            return new SecretList(EmptySecrets, [], FormattableString.Invariant($"{file}:{fault.LineNumber + 1}:{fault.BytePositionInLine + 1}: this is no JSON"));
        }
        catch (InvalidOperationException)
        {
            return new SecretList(EmptySecrets, [], $"{file}: a name or a text in it is no Unicode");
        }
    }

    /// <summary>The secrets that the environment holds, by the name of their variables' middle part.</summary>
    public static SecretList ReadEnvironment(IEnumerable<KeyValuePair<string, string>> variables) => Read(
        from variable in variables
        where variable.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)
        let parts = variable.Key[Prefix.Length..].Split("__")
        where parts.Length == 2 && parts[0].Length > 0
        group (Field: parts[1].ToLowerInvariant(), variable.Value) by parts[0].ToUpperInvariant() into secret
        select (secret.Key, (Dictionary<string, string>?)secret.GroupBy(pair => pair.Field).ToDictionary(pair => pair.Key, pair => pair.First().Value)), "the environment");

    private static Dictionary<string, FeedSecret> EmptySecrets => new(StringComparer.OrdinalIgnoreCase);

    private static Dictionary<string, string>? FieldsOf(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var fields = new Dictionary<string, string>();
        foreach (var field in value.EnumerateObject())
        {
            if (field.Value.ValueKind != JsonValueKind.String)
            {
                return null;
            }

            fields[field.Name] = field.Value.GetString()!;
        }

        return fields;
    }

    private static SecretList Read(IEnumerable<(string Name, Dictionary<string, string>? Fields)> entries, string where)
    {
        var secrets = EmptySecrets;
        var problems = new List<string>();
        foreach (var (name, fields) in entries)
        {
            if (!IsName(name))
            {
                problems.Add($"{where}: a secret is named with other than {NameRule}; not used");
            }
            else if (fields is null)
            {
                problems.Add($"{where}: the secret \"{name}\": expected an object of texts; not used");
            }
            else
            {
                var (secret, expected) = Make(fields);
                if (secret is not null)
                {
                    secrets[name] = secret;
                }
                else
                {
                    problems.Add($"{where}: the secret \"{name}\": {expected}; not used");
                }
            }
        }

        return new SecretList(secrets, problems, null);
    }

    private static (FeedSecret? Secret, string? Expected) Make(Dictionary<string, string> fields)
    {
        if (fields.Keys.FirstOrDefault(field => !Fields.Contains(field)) is not null)
        {
            return (null, $"expected no other fields than {string.Join(", ", Fields)}");
        }

        if (fields.Values.Any(value => value.Any(char.IsControl)))
        {
            return (null, "expected texts without line breaks and other control characters");
        }

        string? Text(string name) => fields.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
        switch (Text("kind")?.ToLowerInvariant() ?? (Text("user") is not null ? "basic" : Text("token") is not null ? "bearer" : null))
        {
            case "basic":
                return Text("user") is { } user && fields.TryGetValue("password", out var password) && !user.Contains(':', StringComparison.Ordinal)
                    ? (new FeedSecret.Basic(user, password), null)
                    : (null, "kind basic: expected \"user\" (without a colon) and \"password\"");
            case "bearer":
                return Text("token") is { } token ? (new FeedSecret.Bearer(token), null) : (null, "kind bearer: expected \"token\"");
            case "header":
                return Text("name") is { } header && HeaderName().IsMatch(header) && !TransportHeaders.Contains(header) && Text("value") is { } value
                    ? (new FeedSecret.Header(header, value), null)
                    : (null, "kind header: expected the \"name\" of a header that is not the transport's, and its \"value\"");
            case "query":
                return Text("name") is { } parameter && Text("value") is { } secret
                    ? (new FeedSecret.Query(parameter, secret), null)
                    : (null, "kind query: expected the \"name\" of a parameter and its \"value\"");
            default:
                return (null, "expected \"kind\": basic, bearer, header or query");
        }
    }

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9_.-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();

    [GeneratedRegex(@"\A[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}\z", RegexOptions.CultureInvariant)]
    private static partial Regex HeaderName();
}

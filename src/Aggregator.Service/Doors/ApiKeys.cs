using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Doors;

/// <summary>
/// The keys there are, in a file of the data folder that only its owner can read. What is made, replaced or revoked counts from the next request on; what is edited in
/// the file, within seconds (<see cref="KeysWatcher"/>). Safe for concurrent use.
/// </summary>
public sealed partial class ApiKeys
{
    /// <summary>So many keys are more than anybody keeps track of.</summary>
    public const int MostKeys = 200;

    /// <summary>Further off than any stream of events lasts; the timer of a token cannot be set to years.</summary>
    private static readonly TimeSpan FarOff = TimeSpan.FromDays(30);

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    private readonly Lock _gate = new();
    private readonly TimeProvider _clock;
    private readonly ILogger<ApiKeys> _logger;
    private readonly Held _nobody;
    private volatile IReadOnlyDictionary<string, Held> _keys = new Dictionary<string, Held>();
    private byte[] _seen = [];
    private bool _isBroken;

    /// <summary>Reads the file, if there is one.</summary>
    /// <exception cref="StartException">It cannot be used.</exception>
    public ApiKeys(ServicePaths paths, TimeProvider clock, ILogger<ApiKeys> logger)
    {
        ArgumentNullException.ThrowIfNull(paths);
        (Path, _clock, _logger) = (paths.KeysFile, clock, logger);
        _nobody = new Held(new ApiKey { Id = "", Name = "", Hash = ApiKey.HashOf(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32))), Scope = KeyScope.Read }, clock);
        try
        {
            Refresh();
        }
        catch (Exception fault) when (fault is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{Path}: this is no list of keys: {fault.Message} Put it right, or move it away to begin anew without keys", fault);
        }
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>All keys, the oldest first.</summary>
    public IReadOnlyList<ApiKey> All => [.. _keys.Values.Select(held => held.Key).OrderBy(key => key.Made).ThenBy(key => key.Id, StringComparer.Ordinal)];

    /// <summary>
    /// The key that a text is. Null: it is none, or one that is good no longer. Whatever the text, the same is done for it: one hash, one look-up of what is no secret,
    /// one comparison in constant time; an unknown id is compared with the hash of a secret that nobody has.
    /// </summary>
    public HeldKey? Find(string text)
    {
        var (id, secret) = ApiKey.Split(text);
        var hash = ApiKey.HashOf(secret);
        var held = _keys.GetValueOrDefault(id, _nobody);
        var isRight = CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hash), Encoding.ASCII.GetBytes(held.Key.Hash));
        var isGood = !(held.Key.Expires <= _clock.GetUtcNow());
        if (!(isRight & isGood & held != _nobody))
        {
            return null;
        }

        NoteUse(held.Key);
        return new HeldKey(held.Key, held.Ended);
    }

    /// <summary>Makes a key. Its text is given here and never again.</summary>
    /// <returns>Null: there are as many as there may be, or one is called so.</returns>
    /// <exception cref="IOException">The file cannot be written; the keys are as they were.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public (ApiKey Key, string Text)? Add(string name, KeyScope scope, IReadOnlyList<string> feeds, DateTimeOffset? expires)
    {
        lock (_gate)
        {
            TakeOverEdits();
            if (_keys.Count >= MostKeys || FindByName(name) is not null)
            {
                return null;
            }

            var (text, id, hash) = ApiKey.New();
            var key = new ApiKey { Id = id, Name = name, Hash = hash, Scope = scope, Feeds = feeds, Made = Now(), Expires = expires };
            Write([.. All, key]);
            return (key, text);
        }
    }

    /// <summary>Gives a key another secret, and so another text: the one before opens nothing from now on.</summary>
    /// <param name="nameOrId">The key.</param>
    /// <returns>Null: there is none.</returns>
    /// <exception cref="IOException">The file cannot be written; the keys are as they were.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public (ApiKey Key, string Text)? Replace(string nameOrId)
    {
        lock (_gate)
        {
            TakeOverEdits();
            if (FindByName(nameOrId) is not { } old)
            {
                return null;
            }

            var (text, id, hash) = ApiKey.New();
            var key = old with { Id = id, Hash = hash, Made = Now(), LastUsed = null };
            Write([.. All.Where(other => other.Id != old.Id), key]);
            return (key, text);
        }
    }

    /// <summary>Revokes a key: it opens nothing from now on, and streams of events that it opened end.</summary>
    /// <param name="nameOrId">The key.</param>
    /// <returns>Null: there is none.</returns>
    /// <exception cref="IOException">The file cannot be written; the keys are as they were.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public ApiKey? Revoke(string nameOrId)
    {
        lock (_gate)
        {
            TakeOverEdits();
            if (FindByName(nameOrId) is not { } old)
            {
                return null;
            }

            Write([.. All.Where(other => other.Id != old.Id)]);
            return old;
        }
    }

    /// <summary>Takes over what was edited in the file.</summary>
    /// <returns>Whether it was another than before.</returns>
    /// <exception cref="JsonException">It holds no list of keys; those from before stay in force.</exception>
    /// <exception cref="IOException">It cannot be read; the same.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public bool Refresh()
    {
        lock (_gate)
        {
            var bytes = File.Exists(Path) ? File.ReadAllBytes(Path) : [];
            if (bytes.AsSpan().SequenceEqual(_seen))
            {
                return false;
            }

            // A file that is not one is told once, and read again when it is another.
            _seen = bytes;
            _isBroken = true;
            Hold(bytes.Length == 0 ? [] : [.. (JsonSerializer.Deserialize<KeyList>(bytes, Json)?.Keys ?? []).OfType<ApiKey>()]);
            _isBroken = false;
            return true;
        }
    }

    /// <summary>What is in the file counts, also where it was edited a moment ago.</summary>
    /// <exception cref="IOException">It was edited, and is no list of keys.</exception>
    private void TakeOverEdits()
    {
        try
        {
            Refresh();
        }
        catch (JsonException fault)
        {
            throw new IOException($"{Path} is no list of keys: {fault.Message}", fault);
        }

        if (_isBroken)
        {
            throw new IOException($"{Path} is no list of keys; put it right first");
        }
    }

    private bool IsAsSeen() => !_isBroken && (File.Exists(Path) ? File.ReadAllBytes(Path) : []).AsSpan().SequenceEqual(_seen);

    private ApiKey? FindByName(string nameOrId) => All.FirstOrDefault(key => key.Id == nameOrId || key.Name.Equals(nameOrId, StringComparison.OrdinalIgnoreCase));

    private DateTimeOffset Now() => DateTimeOffset.FromUnixTimeSeconds(_clock.GetUtcNow().ToUnixTimeSeconds());

    /// <summary>At most once a day and key.</summary>
    private void NoteUse(ApiKey used)
    {
        var today = DateOnly.FromDateTime(_clock.GetUtcNow().UtcDateTime);
        if (used.LastUsed == today)
        {
            return;
        }

        lock (_gate)
        {
            if (!_keys.TryGetValue(used.Id, out var held) || held.Key.LastUsed == today)
            {
                return;
            }

            held.Key = held.Key with { LastUsed = today };
            try
            {
                // What the operator wrote meanwhile is not written over; the watcher takes it over first.
                if (IsAsSeen())
                {
                    Write(All);
                }
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // A full disk keeps nobody out.
                LogNotNoted(used.Name, fault.Message);
            }
        }
    }

    private void Write(IReadOnlyList<ApiKey> keys)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(new KeyList(keys), Json);
        PrivateFiles.Replace(Path, bytes);
        (_seen, _isBroken) = (bytes, false);
        Hold(keys);
    }

    /// <summary>Puts a list in force, and ends what was opened with keys that are not in it any more.</summary>
    private void Hold(IReadOnlyList<ApiKey> keys)
    {
        var before = _keys;
        var now = new Dictionary<string, Held>(StringComparer.Ordinal);
        foreach (var key in keys)
        {
            var known = before.GetValueOrDefault(key.Id);
            if (known is not null && known.Key.Hash == key.Hash && known.Key.Scope == key.Scope && known.Key.Expires == key.Expires && known.Key.Feeds.SequenceEqual(key.Feeds))
            {
                known.Key = key;
                now[key.Id] = known;
            }
            else
            {
                now[key.Id] = new Held(key, _clock);
            }
        }

        _keys = now;
        foreach (var gone in before.Values.Where(held => now.GetValueOrDefault(held.Key.Id) != held))
        {
            gone.End();
        }
    }

    [LoggerMessage(960, LogLevel.Warning, "That the key {Name} was used today could not be noted: {Reason}")]
    private partial void LogNotNoted(string name, string reason);

    private sealed record KeyList(IReadOnlyList<ApiKey> Keys);

    /// <summary>A key in force. What stands on it ends with it.</summary>
#pragma warning disable CA1001 // What it holds lives as long as the process or until the key ends; requests may still have the token then.
    private sealed class Held
#pragma warning restore CA1001
    {
        private readonly CancellationTokenSource _ended = new();
        private readonly ITimer? _timer;
        private readonly TimeProvider _clock;
        private volatile ApiKey _key;

        public Held(ApiKey key, TimeProvider clock)
        {
            (_key, _clock, Ended) = (key, clock, _ended.Token);
            if (key.Expires is { } end)
            {
                _timer = clock.CreateTimer(_ => Wait(end), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                Wait(end);
            }
        }

        public ApiKey Key
        {
            get => _key;
            set => _key = value;
        }

        public CancellationToken Ended { get; }

        public void End()
        {
            _timer?.Dispose();
            _ended.Cancel();
        }

        /// <summary>Until it ends; in steps, since a timer cannot be set for months.</summary>
        private void Wait(DateTimeOffset end)
        {
            var left = end - _clock.GetUtcNow();
            if (left <= TimeSpan.Zero)
            {
                End();
            }
            else
            {
                _timer?.Change(left < FarOff ? left : FarOff, Timeout.InfiniteTimeSpan);
            }
        }
    }
}

/// <summary>A key that somebody showed.</summary>
/// <param name="Key">The key.</param>
/// <param name="Ended">Cancelled when it is good no longer.</param>
public sealed record HeldKey(ApiKey Key, CancellationToken Ended);

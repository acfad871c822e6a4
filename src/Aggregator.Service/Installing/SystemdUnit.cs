using System.Globalization;
using System.Text;

namespace Aggregator.Service.Installing;

/// <summary>The unit file of a service under systemd, as text, and what an existing one says.</summary>
internal sealed record SystemdUnit
{
    private const string Mark = "# Written by aggregator ";

    /// <summary>The first version of systemd that waits longer from one restart to the next.</summary>
    private const int HasRestartSteps = 254;

    /// <summary>Where the service has its things.</summary>
    public required ServicePlace Place { get; init; }

    /// <summary>The program, and what comes before the verb.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Whether the service listens on a port below 1024.</summary>
    public bool ListensLow { get; init; }

    /// <summary>The version of systemd. Settings that it does not know yet are left out: it would complain at every start.</summary>
    public int SystemdVersion { get; init; } = HasRestartSteps;

    /// <summary>Whether a unit file is one of ours, and not an operator's own.</summary>
    public static bool IsOurs(string text) => text.StartsWith(Mark, StringComparison.Ordinal);

    /// <summary>The version of the program that wrote a unit file. Null: it does not say.</summary>
    public static string? VersionOf(string text) => IsOurs(text) ? text[Mark.Length..].Split(' ', '\n')[0] : null;

    /// <summary>The files that the command of a unit names. Null: it names none.</summary>
    public static (string Feeds, string Data, IReadOnlyList<string> Command)? Read(string text)
    {
        var line = text.Split('\n').FirstOrDefault(line => line.StartsWith("ExecStart=", StringComparison.Ordinal));
        var words = line is null ? [] : Words(line["ExecStart=".Length..]);
        var (run, feeds, data) = (words.IndexOf("run"), words.IndexOf("--feeds"), words.IndexOf("--data"));
        return run > 0 && feeds > 0 && data > 0 && Math.Max(feeds, data) + 1 < words.Count ? (words[feeds + 1], words[data + 1], words[..run]) : null;
    }

    /// <summary>The line for systemd-sysusers that makes the service's user.</summary>
    public static string Sysusers(ServicePlace place) =>
        $"{Mark}{ProgramFile.Version} (service install): the user that the service runs as.\nu {place.Name} - \"Aggregator\" {place.DataFolder} -\n";

    /// <summary>The file.</summary>
    public string Write()
    {
        var isInState = Place.DataFolder.StartsWith("/var/lib/", StringComparison.Ordinal);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"""
            {Mark}{ProgramFile.Version} (service install), which writes it anew at every upgrade. To change something, make a drop-in:
            #   systemctl edit {Place.Name}

            [Unit]
            Description=Aggregator: technology news, tagged and merged
            # Feeds are asked for as soon as it runs; the clock of a small machine may be years behind until it was set.
            Wants=network-online.target
            After=network-online.target nss-lookup.target time-sync.target postgresql.service
            # It is started again as often as it takes, less and less often.
            StartLimitIntervalSec=0

            [Service]
            # It tells when it serves, and that it is alive.
            Type=notify
            NotifyAccess=main
            WatchdogSec=60
            ExecStart={string.Join(' ', Command.Select(Quote))} run --feeds {Quote(Place.FeedsFile)} --data {Quote(Place.DataFolder)}
            WorkingDirectory={Escape(Place.SettingsFolder)}
            # Secrets: AGGREGATOR_Storage__PostgreSql=..., for root's eyes only.
            EnvironmentFile=-{Escape(Place.SettingsFolder)}/environment
            # A big store that was not closed may take a while to open.
            TimeoutStartSec=300
            TimeoutStopSec=30
            Restart=on-failure
            RestartSec=5

            """);
        if (SystemdVersion >= HasRestartSteps)
        {
            text.Append("RestartSteps=6\nRestartMaxDelaySec=300\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"""
            # Exit code 2: a setting or feeds.json is wrong. Trying again helps nothing; the journal says what to do.
            RestartPreventExitStatus=2
            # A socket a feed, a reader, a stream of events.
            LimitNOFILE=65536

            # A user of its own, its data for nobody else.
            User={Place.Name}
            UMask=0077
            {(isInState ? $"StateDirectory={Escape(Place.DataFolder["/var/lib/".Length..])}\nStateDirectoryMode=0700" : $"ReadWritePaths={Escape(Place.DataFolder)}")}
            CacheDirectory={Place.Name}
            CacheDirectoryMode=0700
            # A program of one file unpacks its library for SQLite there.
            Environment=DOTNET_BUNDLE_EXTRACT_BASE_DIR=/var/cache/{Place.Name}

            # It reads the network and writes its data, and can do nothing else. What is compiled while it runs must be executable: no MemoryDenyWriteExecute.
            NoNewPrivileges=yes

            """);
        text.Append(ListensLow
            ? "# It listens on a port below 1024.\nCapabilityBoundingSet=CAP_NET_BIND_SERVICE\nAmbientCapabilities=CAP_NET_BIND_SERVICE\n"
            : "CapabilityBoundingSet=\nAmbientCapabilities=\nPrivateUsers=yes\n");
        text.Append("""
            ProtectSystem=strict
            ProtectHome=yes
            PrivateTmp=yes
            PrivateMounts=yes
            PrivateDevices=yes
            DevicePolicy=closed
            PrivateIPC=yes
            RemoveIPC=yes
            ProtectClock=yes
            ProtectControlGroups=yes
            ProtectHostname=yes
            ProtectKernelLogs=yes
            ProtectKernelModules=yes
            ProtectKernelTunables=yes
            # No ProtectProc: by the name of its parent, the runtime's library knows that systemd waits to be told.
            RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
            RestrictNamespaces=yes
            RestrictRealtime=yes
            RestrictSUIDSGID=yes
            LockPersonality=yes
            KeyringMode=private
            SystemCallArchitectures=native
            SystemCallFilter=@system-service
            SystemCallFilter=~@privileged @resources
            # The runtime raises its limit of open files and binds threads to processors when it starts, and ends where it may not.
            SystemCallFilter=prlimit64 setrlimit sched_setaffinity
            SystemCallErrorNumber=EPERM

            [Install]
            WantedBy=multi-user.target

            """);
        return text.ToString();
    }

    /// <summary>"%" begins what systemd puts in itself, and "$" a variable.</summary>
    private static string Escape(string text) => text.Replace("%", "%%", StringComparison.Ordinal);

    private static string Quote(string text)
    {
        var escaped = Escape(text).Replace("$", "$$", StringComparison.Ordinal).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
        return escaped.Any(letter => letter is ' ' or '\'' or '"' or ';' or '\\') ? $"\"{escaped}\"" : escaped;
    }

    private static List<string> Words(string line)
    {
        var (words, word, quoted, any) = (new List<string>(), new StringBuilder(), false, false);
        for (var i = 0; i < line.Length; i++)
        {
            var letter = line[i];
            if (letter == '"')
            {
                (quoted, any) = (!quoted, true);
            }
            else if (letter == ' ' && !quoted)
            {
                End();
            }
            else
            {
                // Each of these was written twice, or after a backslash.
                i += letter is '\\' or '%' or '$' && i + 1 < line.Length ? 1 : 0;
                word.Append(line[i]);
                any = true;
            }
        }

        End();
        return words;

        void End()
        {
            if (any)
            {
                words.Add(word.ToString());
                word.Clear();
                any = false;
            }
        }
    }
}

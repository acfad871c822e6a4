using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.AccessControl;
using System.Security.Principal;
using Aggregator.Service.Hosting;

namespace Aggregator.Service.Installing;

/// <summary>
/// The service control manager of this Windows, asked through its own functions: they answer in numbers, where the tool "sc" answers in the words of the
/// machine's language, and they take a command line without a second layer of quotes.
/// </summary>
[SupportedOSPlatform("windows")]
internal sealed class ServiceControlManager : IWindowsServices
{
    private const int ErrorServiceDoesNotExist = 1060;
    private const int ErrorServiceAlreadyRunning = 1056;
    private const int ErrorServiceNotActive = 1062;
    private const int ErrorServiceMarkedForDelete = 1072;
    private const uint ManagerConnectAndCreate = 0x0001 | 0x0002;
    private const uint ManagerConnect = 0x0001;
    private const uint ServiceAll = 0xF01FF;
    private const uint ServiceQuery = 0x0001 | 0x0004;
    private const uint OwnProcess = 0x10;
    private const uint AutoStart = 2;
    private const uint NormalErrors = 1;
    private const uint StateStopped = 1;
    private const uint StateRunning = 4;
    private const uint ControlStop = 1;

    /// <summary>The identity of the service is in its token, so that folders can be opened to it.</summary>
    private const uint SidUnrestricted = 1;

    private const uint ActionRestart = 1;

    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);
    private static readonly string[] States = ["unknown", "stopped", "starting", "stopping", "running", "continuing", "pausing", "paused"];

    /// <inheritdoc/>
    public bool IsAdministrator => Environment.IsPrivilegedProcess;

    /// <inheritdoc/>
    public (string CommandLine, ServiceState State)? Find(string name)
    {
        using var manager = OpenManager(ManagerConnect);
        using var service = Native.OpenService(manager, name, ServiceQuery);
        if (service.IsInvalid)
        {
            var error = Marshal.GetLastPInvokeError();
            return error == ErrorServiceDoesNotExist ? null : throw Fault($"service {name} cannot be looked at", error);
        }

        var (commandLine, start) = ConfigurationOf(service);
        var status = StatusOf(service);
        return (commandLine, new ServiceState(
            status.CurrentState == StateRunning,
            status.CurrentState < States.Length ? States[status.CurrentState] : States[0],
            status.ProcessId == 0 ? null : (int)status.ProcessId,
            StartOf((int)status.ProcessId),
            start == AutoStart));
    }

    /// <inheritdoc/>
    public void Create(WindowsServiceDefinition service)
    {
        using var manager = OpenManager(ManagerConnectAndCreate);
        using var created = Native.CreateService(
            manager, service.Name, WindowsServiceDefinition.DisplayName, ServiceAll, OwnProcess, AutoStart, NormalErrors, service.CommandLine, null, 0, "Tcpip\0\0", service.Account, null);
        if (created.IsInvalid)
        {
            throw Fault($"service {service.Name} cannot be made", Marshal.GetLastPInvokeError());
        }
    }

    /// <inheritdoc/>
    public void Update(WindowsServiceDefinition service) => With(service.Name, handle => Check(
        Native.ChangeServiceConfig(handle, OwnProcess, AutoStart, NormalErrors, service.CommandLine, null, 0, "Tcpip\0\0", service.Account, null, WindowsServiceDefinition.DisplayName), $"service {service.Name} cannot be changed"));

    /// <inheritdoc/>
    public void Configure(WindowsServiceDefinition service) => With(service.Name, handle =>
    {
        SetText(handle, Native.Info.Description, WindowsServiceDefinition.Description);
        SetNumber(handle, Native.Info.DelayedAutoStart, 1);
        SetNumber(handle, Native.Info.SidType, SidUnrestricted);
        SetText(handle, Native.Info.RequiredPrivileges, string.Join('\0', WindowsServiceDefinition.Privileges) + "\0\0");
        SetRestarts(handle);
        SetNumber(handle, Native.Info.FailureActionsFlag, 1);
    });

    /// <inheritdoc/>
    public void Start(string name, TimeSpan atMost) => With(name, handle =>
    {
        if (!Native.StartService(handle, 0, 0) && Marshal.GetLastPInvokeError() is var error && error != ErrorServiceAlreadyRunning)
        {
            throw Fault($"service {name} cannot be started; the event log says why", error);
        }

        Await(handle, StateRunning, atMost, $"service {name} does not come to run; the event log says why");
    });

    /// <inheritdoc/>
    public void Stop(string name, TimeSpan atMost) => With(name, handle =>
    {
        if (!Native.ControlService(handle, ControlStop, out _) && Marshal.GetLastPInvokeError() is var error && error != ErrorServiceNotActive)
        {
            throw Fault($"service {name} cannot be stopped", error);
        }

        Await(handle, StateStopped, atMost, $"service {name} does not stop");
    });

    /// <inheritdoc/>
    public void Delete(string name) => With(name, handle =>
    {
        if (!Native.DeleteService(handle) && Marshal.GetLastPInvokeError() is var error && error != ErrorServiceMarkedForDelete)
        {
            throw Fault($"service {name} cannot be removed", error);
        }
    });

    /// <inheritdoc/>
    public void MakeFolder(string path, string serviceSid, bool mayWrite)
    {
        var access = new DirectorySecurity();
        access.SetAccessRuleProtection(isProtected: true, preserveInheritance: false);
        Allow(access, new SecurityIdentifier(WellKnownSidType.LocalSystemSid, null), FileSystemRights.FullControl);
        Allow(access, new SecurityIdentifier(WellKnownSidType.BuiltinAdministratorsSid, null), FileSystemRights.FullControl);
        Allow(access, new SecurityIdentifier(serviceSid), mayWrite ? FileSystemRights.Modify : FileSystemRights.ReadAndExecute);
        var folder = Directory.CreateDirectory(path);
        folder.SetAccessControl(access);
    }

    /// <inheritdoc/>
    public void MakeEventSource(string name)
    {
        if (!EventLog.SourceExists(name))
        {
            EventLog.CreateEventSource(name, "Application");
        }
    }

    /// <inheritdoc/>
    public void RemoveEventSource(string name)
    {
        if (EventLog.SourceExists(name))
        {
            EventLog.DeleteEventSource(name);
        }
    }

    private static void Allow(DirectorySecurity access, SecurityIdentifier who, FileSystemRights rights) =>
        access.AddAccessRule(new FileSystemAccessRule(who, rights, InheritanceFlags.ContainerInherit | InheritanceFlags.ObjectInherit, PropagationFlags.None, AccessControlType.Allow));

    private static void With(string name, Action<Native.ServiceHandle> act)
    {
        using var manager = OpenManager(ManagerConnect);
        using var service = Native.OpenService(manager, name, ServiceAll);
        if (service.IsInvalid)
        {
            throw Fault($"service {name} cannot be reached", Marshal.GetLastPInvokeError());
        }

        act(service);
    }

    private static Native.ServiceHandle OpenManager(uint access)
    {
        var manager = Native.OpenSCManager(null, null, access);
        return manager.IsInvalid ? throw Fault("the service control manager cannot be reached", Marshal.GetLastPInvokeError()) : manager;
    }

    private static (string CommandLine, uint Start) ConfigurationOf(Native.ServiceHandle service)
    {
        Native.QueryServiceConfig(service, 0, 0, out var size);
        var buffer = Marshal.AllocHGlobal((int)size);
        try
        {
            Check(Native.QueryServiceConfig(service, buffer, size, out _), "the service's settings cannot be read");
            var configuration = Marshal.PtrToStructure<Native.QueriedConfig>(buffer);
            return (Marshal.PtrToStringUni(configuration.BinaryPathName) ?? "", configuration.StartType);
        }
        finally
        {
            Marshal.FreeHGlobal(buffer);
        }
    }

    private static Native.StatusOfProcess StatusOf(Native.ServiceHandle service)
    {
        var status = default(Native.StatusOfProcess);
        Check(Native.QueryServiceStatusEx(service, 0, ref status, (uint)Marshal.SizeOf<Native.StatusOfProcess>(), out _), "the service's state cannot be read");
        return status;
    }

    private static DateTimeOffset? StartOf(int processId)
    {
        try
        {
            using var process = processId == 0 ? null : Process.GetProcessById(processId);
            return process?.StartTime;
        }
        catch (Exception fault) when (fault is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return null; // it has ended, or is another user's and this caller may not look
        }
    }

    private static void Await(Native.ServiceHandle service, uint state, TimeSpan atMost, string otherwise)
    {
        var watch = Stopwatch.StartNew();
        while (StatusOf(service) is var status && status.CurrentState != state)
        {
            if (watch.Elapsed > atMost || (state == StateRunning && status.CurrentState == StateStopped))
            {
                throw new StartException(otherwise);
            }

            Thread.Sleep(LookEvery);
        }
    }

    private static void SetText(Native.ServiceHandle service, Native.Info info, string text)
    {
        // The structure is one pointer to a text.
        var words = Marshal.StringToHGlobalUni(text);
        var structure = Marshal.AllocHGlobal(IntPtr.Size);
        try
        {
            Marshal.WriteIntPtr(structure, words);
            Check(Native.ChangeServiceConfig2(service, info, structure), $"{info} cannot be set");
        }
        finally
        {
            Marshal.FreeHGlobal(structure);
            Marshal.FreeHGlobal(words);
        }
    }

    private static void SetNumber(Native.ServiceHandle service, Native.Info info, uint number)
    {
        var structure = Marshal.AllocHGlobal(sizeof(uint));
        try
        {
            Marshal.WriteInt32(structure, (int)number);
            Check(Native.ChangeServiceConfig2(service, info, structure), $"{info} cannot be set");
        }
        finally
        {
            Marshal.FreeHGlobal(structure);
        }
    }

    private static void SetRestarts(Native.ServiceHandle service)
    {
        var size = Marshal.SizeOf<Native.FailureAction>();
        var actions = Marshal.AllocHGlobal(size * WindowsServiceDefinition.RestartsAfter.Count);
        var structure = Marshal.AllocHGlobal(Marshal.SizeOf<Native.FailureActions>());
        try
        {
            for (var i = 0; i < WindowsServiceDefinition.RestartsAfter.Count; i++)
            {
                var action = new Native.FailureAction { Type = ActionRestart, Delay = (uint)WindowsServiceDefinition.RestartsAfter[i].TotalMilliseconds };
                Marshal.StructureToPtr(action, actions + (i * size), fDeleteOld: false);
            }

            var all = new Native.FailureActions { ResetPeriod = (uint)WindowsServiceDefinition.FailuresForgottenAfter.TotalSeconds, Count = (uint)WindowsServiceDefinition.RestartsAfter.Count, Actions = actions };
            Marshal.StructureToPtr(all, structure, fDeleteOld: false);
            Check(Native.ChangeServiceConfig2(service, Native.Info.FailureActions, structure), "restarts after failures cannot be set");
        }
        finally
        {
            Marshal.FreeHGlobal(structure);
            Marshal.FreeHGlobal(actions);
        }
    }

    private static void Check(bool done, string otherwise)
    {
        if (!done)
        {
            throw Fault(otherwise, Marshal.GetLastPInvokeError());
        }
    }

    private static StartException Fault(string words, int error) => new($"{words}: {Marshal.GetPInvokeErrorMessage(error)}");

    /// <summary>advapi32.dll, as winsvc.h has it.</summary>
    private static class Native
    {
        private const string Library = "advapi32.dll";

        public enum Info
        {
            Description = 1,
            FailureActions = 2,
            DelayedAutoStart = 3,
            FailureActionsFlag = 4,
            SidType = 5,
            RequiredPrivileges = 6,
        }

        [DllImport(Library, EntryPoint = "OpenSCManagerW", CharSet = CharSet.Unicode, SetLastError = true, ExactSpelling = true)]
        public static extern ServiceHandle OpenSCManager(string? machine, string? database, uint access);

        [DllImport(Library, EntryPoint = "OpenServiceW", CharSet = CharSet.Unicode, SetLastError = true, ExactSpelling = true)]
        public static extern ServiceHandle OpenService(ServiceHandle manager, string name, uint access);

        [DllImport(Library, EntryPoint = "CreateServiceW", CharSet = CharSet.Unicode, SetLastError = true, ExactSpelling = true)]
        public static extern ServiceHandle CreateService(
            ServiceHandle manager, string name, string displayName, uint access, uint type, uint start, uint errors, string path, string? group, nint tag, string dependencies, string account, string? password);

        [DllImport(Library, EntryPoint = "ChangeServiceConfigW", CharSet = CharSet.Unicode, SetLastError = true, ExactSpelling = true)]
        [return: MarshalAs(UnmanagedType.Bool)]
        public static extern bool ChangeServiceConfig(
            ServiceHandle service, uint type, uint start, uint errors, string path, string? group, nint tag, string dependencies, string account, string? password, string displayName);

        [DllImport(Library, EntryPoint = "ChangeServiceConfig2W", SetLastError = true, ExactSpelling = true)]
        [return: MarshalAs(UnmanagedType.Bool)]
        public static extern bool ChangeServiceConfig2(ServiceHandle service, Info info, nint structure);

        [DllImport(Library, EntryPoint = "QueryServiceConfigW", SetLastError = true, ExactSpelling = true)]
        [return: MarshalAs(UnmanagedType.Bool)]
        public static extern bool QueryServiceConfig(ServiceHandle service, nint buffer, uint size, out uint needed);

        [DllImport(Library, SetLastError = true, ExactSpelling = true)]
        [return: MarshalAs(UnmanagedType.Bool)]
        public static extern bool QueryServiceStatusEx(ServiceHandle service, int level, ref StatusOfProcess status, uint size, out uint needed);

        [DllImport(Library, EntryPoint = "StartServiceW", SetLastError = true, ExactSpelling = true)]
        [return: MarshalAs(UnmanagedType.Bool)]
        public static extern bool StartService(ServiceHandle service, uint count, nint arguments);

        [DllImport(Library, SetLastError = true, ExactSpelling = true)]
        [return: MarshalAs(UnmanagedType.Bool)]
        public static extern bool ControlService(ServiceHandle service, uint control, out Status status);

        [DllImport(Library, SetLastError = true, ExactSpelling = true)]
        [return: MarshalAs(UnmanagedType.Bool)]
        public static extern bool DeleteService(ServiceHandle service);

        [DllImport(Library, SetLastError = true, ExactSpelling = true)]
        [return: MarshalAs(UnmanagedType.Bool)]
        private static extern bool CloseServiceHandle(nint handle);

        [StructLayout(LayoutKind.Sequential)]
        public struct Status
        {
            public uint ServiceType, CurrentState, ControlsAccepted, ExitCode, ServiceExitCode, CheckPoint, WaitHint;
        }

        [StructLayout(LayoutKind.Sequential)]
        public struct StatusOfProcess
        {
            public uint ServiceType, CurrentState, ControlsAccepted, ExitCode, ServiceExitCode, CheckPoint, WaitHint, ProcessId, Flags;
        }

        [StructLayout(LayoutKind.Sequential)]
        public struct QueriedConfig
        {
            public uint ServiceType, StartType, ErrorControl;
            public nint BinaryPathName, LoadOrderGroup;
            public uint TagId;
            public nint Dependencies, StartName, DisplayName;
        }

        [StructLayout(LayoutKind.Sequential)]
        public struct FailureAction
        {
            public uint Type, Delay;
        }

        [StructLayout(LayoutKind.Sequential)]
        public struct FailureActions
        {
            public uint ResetPeriod;
            public nint RebootMessage, Command;
            public uint Count;
            public nint Actions;
        }

        /// <summary>A handle of the manager or of a service.</summary>
        public sealed class ServiceHandle() : SafeHandle(0, ownsHandle: true)
        {
            public override bool IsInvalid => handle == 0;

            protected override bool ReleaseHandle() => CloseServiceHandle(handle);
        }
    }
}

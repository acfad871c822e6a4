namespace Aggregator.Service.Installing;

/// <summary>The part of Windows that an installation deals with: the port behind which tests put a Windows of their own.</summary>
internal interface IWindowsServices
{
    /// <summary>Whether the caller may install.</summary>
    bool IsAdministrator { get; }

    /// <summary>The command line and state of a service. Null: there is none of that name.</summary>
    (string CommandLine, ServiceState State)? Find(string name);

    /// <summary>Makes a service that starts with the machine, a while after what the machine needs itself.</summary>
    void Create(WindowsServiceDefinition service);

    /// <summary>Gives an existing service its command line and account.</summary>
    void Update(WindowsServiceDefinition service);

    /// <summary>Sets description, delayed start, restarts after failures (also those that end in an exit code), identity and privileges.</summary>
    void Configure(WindowsServiceDefinition service);

    /// <summary>Starts it and waits until it runs.</summary>
    void Start(string name, TimeSpan atMost);

    /// <summary>Stops it and waits until it has ended.</summary>
    void Stop(string name, TimeSpan atMost);

    /// <summary>Takes it away.</summary>
    void Delete(string name);

    /// <summary>Makes a folder that only administrators, the system and the service may enter, the service to read or also to write.</summary>
    void MakeFolder(string path, string serviceSid, bool mayWrite);

    /// <summary>Makes or removes the source that the event log knows the service's entries by.</summary>
    void MakeEventSource(string name);

    /// <summary>Removes the source.</summary>
    void RemoveEventSource(string name);
}

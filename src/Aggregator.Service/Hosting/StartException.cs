namespace Aggregator.Service.Hosting;

/// <summary>The service cannot start: the message says what is wrong, where, and what to do.</summary>
public sealed class StartException : Exception
{
    /// <summary>A fault without details.</summary>
    public StartException()
    {
    }

    /// <summary>A fault in words for the operator.</summary>
    public StartException(string message)
        : base(message)
    {
    }

    /// <summary>A fault in words for the operator, with its cause.</summary>
    public StartException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

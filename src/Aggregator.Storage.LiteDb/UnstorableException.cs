namespace Aggregator.Storage.LiteDb;

/// <summary>Something cannot be stored for what it is, however often it is tried; the database is well. Its words name it.</summary>
internal sealed class UnstorableException(string message, Exception cause) : Exception(message, cause);

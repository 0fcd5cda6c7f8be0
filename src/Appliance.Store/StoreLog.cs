using Microsoft.Extensions.Logging;

namespace Appliance.Store;

internal static partial class StoreLog
{
    [LoggerMessage(1401, LogLevel.Critical, "Database damaged ({Damage}); set aside as {File}, a new one was made")]
    public static partial void DatabaseSetAside(this ILogger logger, string damage, string file);

    [LoggerMessage(1402, LogLevel.Information, "Database migrated from schema {Before} to {After}")]
    public static partial void DatabaseMigrated(this ILogger logger, int before, int after);

    [LoggerMessage(1403, LogLevel.Error, "Writing failed: {Reason}")]
    public static partial void WriteFailed(this ILogger logger, string reason);

    [LoggerMessage(1404, LogLevel.Information, "Writing works again")]
    public static partial void WritesAgain(this ILogger logger);

    [LoggerMessage(1405, LogLevel.Error, "Disk full: the space held back for alerts was given up; make room")]
    public static partial void ReserveReleased(this ILogger logger);

    [LoggerMessage(1406, LogLevel.Warning, "Checkpoint failed: {Reason}")]
    public static partial void CheckpointFailed(this ILogger logger, string reason);

    [LoggerMessage(1407, LogLevel.Warning, "The write-ahead log could not be emptied after a removal; it is tried again")]
    public static partial void EraseDelayed(this ILogger logger);

    [LoggerMessage(1408, LogLevel.Error, "A listener to a stored change failed")]
    public static partial void ListenerFailed(this ILogger logger, Exception error);

    [LoggerMessage(1409, LogLevel.Warning, "Roll-back failed: {Reason}")]
    public static partial void RollbackFailed(this ILogger logger, string reason);

    [LoggerMessage(1410, LogLevel.Warning, "Alert numbers continue at {Seq}, as the sequence file says; the database said {Database}")]
    public static partial void SeqContinued(this ILogger logger, long seq, long database);

    [LoggerMessage(1411, LogLevel.Information, "Key {Key} made")]
    public static partial void KeyMade(this ILogger logger, string key);

    [LoggerMessage(1412, LogLevel.Information, "Key {Key} retired: {Records} records were encrypted again")]
    public static partial void KeyRetired(this ILogger logger, string key, long records);

    [LoggerMessage(1413, LogLevel.Error, "{Records} records cannot be read: their key is missing or they were changed")]
    public static partial void RecordsUnreadable(this ILogger logger, long records);

    [LoggerMessage(1414, LogLevel.Error, "Key rotation stopped: {Reason}; it goes on at the next start")]
    public static partial void RotationStopped(this ILogger logger, string reason);

    [LoggerMessage(1415, LogLevel.Warning, "Alerts {First}–{Last} for {Destination} were given up after {Age}: nobody took them")]
    public static partial void OutboxGivenUp(this ILogger logger, long first, long last, string destination, TimeSpan age);

    [LoggerMessage(1416, LogLevel.Information, "Import of an earlier run was not finished; its {Persons} persons were dropped")]
    public static partial void ImportDropped(this ILogger logger, long persons);

    [LoggerMessage(1417, LogLevel.Error, "The watchlist index could not follow a change: {Reason}; it is tried again")]
    public static partial void FeedFailed(this ILogger logger, string reason);

    [LoggerMessage(1450, LogLevel.Warning, "The evidence of {Alerts} alerts was not finished by the run before; it is marked so")]
    public static partial void EvidenceInterrupted(this ILogger logger, int alerts);

    [LoggerMessage(1451, LogLevel.Information, "{Files} evidence files that no record knows were removed")]
    public static partial void EvidenceSwept(this ILogger logger, int files);
}

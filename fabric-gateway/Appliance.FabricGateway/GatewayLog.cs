namespace Appliance.FabricGateway;

/// <summary>Log lines of the companion, block 2300. No signatures, keys or passwords.</summary>
internal static partial class GatewayLog
{
    [LoggerMessage(2301, LogLevel.Information, "Companion {Version} takes in: {Where}; anchors on {Channel}/{Chaincode}")]
    public static partial void Started(this ILogger logger, string version, string where, string channel, string chaincode);

    [LoggerMessage(2302, LogLevel.Information, "Stopping")]
    public static partial void Stopping(this ILogger logger);

    [LoggerMessage(2303, LogLevel.Critical, "Equivocation: box {Device} signed something else under {Kind} {Key} before; both are kept")]
    public static partial void Equivocation(this ILogger logger, string device, string kind, string key);

    [LoggerMessage(2304, LogLevel.Warning, "Refused {Kind} of box {Device}: {Word}: {Detail} ({Count} refused since the last such line)")]
    public static partial void Refused(this ILogger logger, string kind, string device, string word, string detail, long count);

    [LoggerMessage(2305, LogLevel.Information, "Box {Device} rotated its key: {Address} signs from batch {FirstBatch}")]
    public static partial void Rotated(this ILogger logger, string device, string address, long firstBatch);

    [LoggerMessage(2310, LogLevel.Information, "Ledger: {Count} transactions of an earlier run are carried on")]
    public static partial void CarriedOn(this ILogger logger, int count);

    [LoggerMessage(2311, LogLevel.Warning, "Ledger cannot be used: {Reason}; trying again")]
    public static partial void LedgerLost(this ILogger logger, string reason);

    [LoggerMessage(2312, LogLevel.Information, "Ledger can be used again")]
    public static partial void LedgerBack(this ILogger logger);

    [LoggerMessage(2313, LogLevel.Error, "Ledger does not take us: {Reason}; an operator is needed")]
    public static partial void LedgerDenied(this ILogger logger, string reason);

    [LoggerMessage(2314, LogLevel.Error, "Parked {Kind} {Key}: {Reason}")]
    public static partial void Parked(this ILogger logger, string kind, string key, string reason);

    [LoggerMessage(2315, LogLevel.Warning, "Transaction {Transaction} is void (code {Code}): {What}")]
    public static partial void Voided(this ILogger logger, string transaction, int code, string what);

    [LoggerMessage(2316, LogLevel.Warning, "Events of the ledger broke off: {Reason}")]
    public static partial void EventsLost(this ILogger logger, string reason);

    [LoggerMessage(2317, LogLevel.Information, "Dry run: {Count} × {Kind} simulated: {Written} would be written, {Exists} exist, {Refused} refused {Reason}")]
    public static partial void DryRun(this ILogger logger, int count, string kind, int written, int exists, int refused, string reason);

    [LoggerMessage(2318, LogLevel.Error, "A transaction could not be written down: {Reason}; trying again")]
    public static partial void StoreFailed(this ILogger logger, string reason);

    [LoggerMessage(2319, LogLevel.Critical, "Anchoring broke; it starts again")]
    public static partial void AnchoringBroke(this ILogger logger, Exception error);

    [LoggerMessage(2320, LogLevel.Warning, "A message on {Topic} could not be stored: {Reason}; the broker keeps it")]
    public static partial void MessageNotStored(this ILogger logger, string topic, string reason);

    [LoggerMessage(2321, LogLevel.Warning, "The broker refuses {Topic}: {Reason}")]
    public static partial void AnswerRefused(this ILogger logger, string topic, string reason);

    [LoggerMessage(2330, LogLevel.Error, "The certificate {File} cannot be read: {Reason}; the one before stays in use")]
    public static partial void CertificateUnreadable(this ILogger logger, string file, string reason);

    [LoggerMessage(2331, LogLevel.Warning, "A client certificate was refused: {Reason} ({Count} since the last such line)")]
    public static partial void ClientRefused(this ILogger logger, string reason, long count);

    [LoggerMessage(2332, LogLevel.Error, "A request failed")]
    public static partial void RequestFailed(this ILogger logger, Exception error);

    [LoggerMessage(2340, LogLevel.Information, "{Count} receipts older than {Age} were forgotten")]
    public static partial void Pruned(this ILogger logger, int count, TimeSpan age);
}

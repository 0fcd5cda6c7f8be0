using Appliance.FabricGateway.Ledger;

namespace Appliance.FabricGateway.Health;

/// <summary>Whether the ledger can be used, as its users found out. Thread-safe; logs changes only.</summary>
public sealed class LedgerWatch(TimeProvider clock, ILogger<LedgerWatch> logger)
{
    private readonly Lock _lock = new();

    /// <summary>Why not; empty = it answered last time, or nobody has asked yet.</summary>
    public string Reason { get; private set; } = "";

    public DateTimeOffset Since { get; private set; }

    public void Answered()
    {
        lock (_lock)
        {
            if (Reason.Length == 0)
                return;
            Reason = "";
            Since = clock.GetUtcNow();
        }

        logger.LedgerBack();
    }

    public void Failed(LedgerException error)
    {
        lock (_lock)
        {
            var first = Reason.Length == 0;
            Reason = error.Message;
            if (!first)
                return;
            Since = clock.GetUtcNow();
        }

        if (error.Fault == LedgerFault.Denied)
            logger.LedgerDenied(error.Message);
        else
            logger.LedgerLost(error.Message);
    }
}

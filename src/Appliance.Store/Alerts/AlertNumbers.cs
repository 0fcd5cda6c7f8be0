using Appliance.Store.Database;
using Microsoft.Extensions.Logging;

namespace Appliance.Store.Alerts;

/// <summary>Gives alert numbers inside the writer's transaction, and keeps the sequence file ahead of the database.</summary>
internal sealed class AlertNumbers : IDisposable
{
    private readonly SequenceFile _file;
    private readonly Guid _databaseId;
    private long _given;
    private long _committed;

    private AlertNumbers(SequenceFile file, Guid databaseId, long committed) =>
        (_file, _databaseId, _committed) = (file, databaseId, committed);

    /// <summary>The highest number that is durable.</summary>
    internal long Committed => Volatile.Read(ref _committed);

    /// <summary>Decides where to go on; before the writer starts.</summary>
    internal static AlertNumbers Open(string dataDirectory, Session session, ILogger logger)
    {
        var (id, last) = session.First(
            "SELECT database_id, last_seq FROM appliance", row => (new Guid(row.GetFieldValue<byte[]>(0)), row.GetInt64(1)));
        var file = SequenceFile.Open(dataDirectory);
        var next = SequenceFile.Resume(file.Last, id, last);
        if (next != last)
        {
            session.Execute("UPDATE appliance SET last_seq = ?1", next);
            logger.SeqContinued(next, last);
        }

        if (file.Last?.Database != id || file.Last.Highest < next)
            file.Write(new(id, next, next));
        return new(file, id, next);
    }

    internal long Next(WriteContext context)
    {
        _given = context.Session.Number("UPDATE appliance SET last_seq = last_seq + 1 RETURNING last_seq");
        var seq = _given;
        context.AfterCommit(() => Volatile.Write(ref _committed, seq));
        return seq;
    }

    /// <summary>Runs before each commit: a number must be on the disk here before the database can hold it.</summary>
    internal void BeforeCommit()
    {
        if (_given == 0)
            return;
        _file.Write(new(_databaseId, _committed, _given));
        _given = 0;
    }

    public void Dispose() => _file.Dispose();
}

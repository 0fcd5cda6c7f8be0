namespace Appliance.Store.Database;

/// <summary>A change waiting for the writer. It may be applied more than once before it is durable (a retried transaction).</summary>
internal abstract class WriteJob
{
    internal Exception? Error { get; private set; }

    /// <summary>What the change asked to happen once it is durable.</summary>
    internal List<Action>? AfterCommit { get; set; }

    /// <summary>Null = applied.</summary>
    internal void Apply(WriteContext context)
    {
        Error = null;
        AfterCommit = null;
        Run(context);
    }

    internal void Break(Exception error) => Error ??= error;

    /// <summary>Tells the caller how it ended.</summary>
    internal abstract void Finish();

    protected abstract void Run(WriteContext context);
}

internal sealed class WriteJob<T>(Func<WriteContext, T> work) : WriteJob
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    internal Task<T> Done => _done.Task;

    internal override void Finish()
    {
        if (Error is null)
            _done.SetResult(_result!);
        else
            _done.SetException(Error);
    }

    protected override void Run(WriteContext context) => _result = work(context);
}

/// <summary>What a change may use while it runs inside the writer's transaction.</summary>
internal sealed class WriteContext(Session session)
{
    private WriteJob? _job;

    internal Session Session { get; } = session;

    /// <summary>Set by a removal: the log is emptied before its caller is told.</summary>
    internal bool Erase { get; set; }

    /// <summary>Runs on the writer's thread once the change is durable; not when it fails.</summary>
    internal void AfterCommit(Action action) => (_job!.AfterCommit ??= []).Add(action);

    internal void Enter(WriteJob job) => _job = job;
}

namespace Appliance.Grpc;

/// <summary>How long one call may live, and what its end means: the caller's wish, the deadline, or a fault.</summary>
internal sealed class CallLife : IDisposable
{
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _end;
    private readonly TimeSpan? _deadline;

    internal CallLife(TimeSpan? deadline, CancellationToken caller)
    {
        (_caller, _deadline) = (caller, deadline);
        _end = CancellationTokenSource.CreateLinkedTokenSource(caller);
        if (deadline is { } most)
            _end.CancelAfter(most);
        Token = _end.Token;
    }

    internal CancellationToken Token { get; }

    internal void Cancel() => _end.Cancel();

    /// <summary>Does a step of the call; every fault comes out as what a caller of gRPC expects.</summary>
    internal async Task<T> Guard<T>(Func<Task<T>> step)
    {
        try
        {
            return await step().ConfigureAwait(false);
        }
        catch (Exception) when (_caller.IsCancellationRequested)
        {
            throw new OperationCanceledException(_caller);
        }
        catch (GrpcException)
        {
            throw;
        }
        catch (Exception error) when (Token.IsCancellationRequested)
        {
            throw _deadline is { } deadline
                ? new GrpcException(GrpcStatus.DeadlineExceeded, $"no end within {deadline.TotalSeconds:0.###} s", error)
                : new GrpcException(GrpcStatus.Cancelled, "the call was closed", error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException or HttpProtocolException or OperationCanceledException)
        {
            throw GrpcAnswer.From(error);
        }
    }

    public void Dispose() => _end.Dispose();
}

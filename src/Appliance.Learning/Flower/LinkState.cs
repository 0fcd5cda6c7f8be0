namespace Appliance.Learning.Flower;

/// <summary>Where the connection to the server stands.</summary>
public enum LinkPhase
{
    /// <summary>Not asked to join, or left.</summary>
    Off,

    /// <summary>Trying to reach the server or to be let in.</summary>
    Connecting,

    /// <summary>Known to the server and waiting for work.</summary>
    Online,

    /// <summary>Doing a round.</summary>
    Working,

    /// <summary>Waiting so that the server can fetch the last answer before the box goes.</summary>
    Leaving,
}

/// <summary>A look at the connection.</summary>
/// <param name="Phase">Where it stands.</param>
/// <param name="Fault">What is wrong now; null = nothing.</param>
/// <param name="NodeId">The server's name for this box; 0 = none (Join has none).</param>
/// <param name="LastContact">When the server last answered.</param>
/// <param name="BytesSent">Messages sent since start, framing included.</param>
/// <param name="BytesReceived">Messages received since start.</param>
public sealed record LinkView(
    LinkPhase Phase, string? Fault, ulong NodeId, DateTimeOffset? LastContact, long BytesSent, long BytesReceived);

/// <summary>Written by the session, read by anyone.</summary>
public sealed class LinkState(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private LinkView _view = new(LinkPhase.Off, null, 0, null, 0, 0);

    public LinkView View
    {
        get
        {
            lock (_gate)
                return _view;
        }
    }

    internal void Enter(LinkPhase phase, ulong? node = null) => Change(view => view with
    {
        Phase = phase,
        NodeId = node ?? view.NodeId,
        Fault = phase is LinkPhase.Off ? null : view.Fault,
    });

    internal void Fail(string fault) => Change(view => view with { Fault = fault });

    internal void Contact(int sent, int received)
    {
        var now = clock.GetUtcNow();
        Change(view => view with
        {
            Fault = null,
            LastContact = now,
            BytesSent = view.BytesSent + sent,
            BytesReceived = view.BytesReceived + received,
        });
    }

    private void Change(Func<LinkView, LinkView> change)
    {
        lock (_gate)
            _view = change(_view);
    }
}

using System.Threading.Channels;

namespace Appliance.Delivery.Sparkplug;

/// <summary>Wakes one waiter; set many times before it looks, it wakes once.</summary>
internal sealed class Signal
{
    private readonly Channel<bool> _set = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => _set.Writer.TryWrite(true);

    /// <summary>Completes when set since the last wait.</summary>
    public async Task Wait(CancellationToken cancel) => await _set.Reader.ReadAsync(cancel).ConfigureAwait(false);
}

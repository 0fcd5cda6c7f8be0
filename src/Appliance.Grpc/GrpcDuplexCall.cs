using System.Threading.Channels;
using Google.Protobuf;

namespace Appliance.Grpc;

/// <summary>
/// A stream in both directions. One writer and one reader at a time; <see cref="DisposeAsync"/> ends what is left of it.
/// </summary>
public sealed class GrpcDuplexCall<TRequest, TResponse> : IAsyncDisposable
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private readonly ChannelWriter<byte[]> _frames;
    private readonly int _maxBytes;
    private readonly HttpRequestMessage _request;
    private readonly CallLife _life;
    private readonly IAsyncEnumerator<TResponse> _answers;

    internal GrpcDuplexCall(
        ChannelWriter<byte[]> frames, int maxBytes, HttpRequestMessage request, CallLife life, IAsyncEnumerator<TResponse> answers) =>
        (_frames, _maxBytes, _request, _life, _answers) = (frames, maxBytes, request, life, answers);

    /// <summary>The server's next message; null when it has ended the stream with OK. Waits as long as it takes.</summary>
    /// <exception cref="GrpcException">Any other end.</exception>
    public async ValueTask<TResponse?> Read() => await _answers.MoveNextAsync().ConfigureAwait(false) ? _answers.Current : null;

    /// <summary>Sends at once; waits while the server takes nothing.</summary>
    public ValueTask Write(TRequest message) => _frames.WriteAsync(GrpcFrame.Write(message, _maxBytes), _life.Token);

    /// <summary>Half-closes: the server sees the end of what the client says, and may still answer.</summary>
    public void Complete() => _frames.TryComplete();

    public async ValueTask DisposeAsync()
    {
        _frames.TryComplete();
        _life.Cancel();
        try
        {
            await _answers.DisposeAsync().ConfigureAwait(false);
        }
        catch (NotSupportedException)
        {
            // A read is still under way: it ends by the cancellation above and disposes what it holds.
        }

        _request.Dispose();
        _life.Dispose();
    }
}

using System.Net;
using System.Net.Http.Headers;
using System.Threading.Channels;

namespace Appliance.Grpc;

/// <summary>Body of a call: frames that are sent the moment they are written, until the writer completes.</summary>
internal sealed class GrpcContent : HttpContent
{
    private readonly ChannelReader<byte[]> _frames;

    internal GrpcContent(ChannelReader<byte[]> frames)
    {
        _frames = frames;
        Headers.ContentType = Type();
    }

    internal static MediaTypeHeaderValue Type() => new("application/grpc");

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        // Without this the request's headers would wait for the first frame, and the server speaks first.
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        await foreach (var frame in _frames.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            await stream.WriteAsync(frame, cancellationToken).ConfigureAwait(false);
            await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }
}

using System.Net;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Google.Protobuf;

namespace Appliance.Grpc;

/// <summary>
/// A gRPC server as a client sees it, over <see cref="HttpClient"/>'s HTTP/2. Thread-safe; connects when the first call needs it and
/// again after a loss. Every fault is a <see cref="GrpcException"/>; only the caller's own cancellation is an
/// <see cref="OperationCanceledException"/>. Protocol: PROTOCOL-HTTP2.md of the gRPC project.
/// </summary>
public sealed class GrpcChannel : IDisposable
{
    private readonly GrpcChannelOptions _options;
    private readonly HttpClient _http;

    /// <exception cref="ArgumentException">Plaintext to another host without <see cref="GrpcChannelOptions.AllowPlaintext"/>.</exception>
    public GrpcChannel(GrpcChannelOptions options)
    {
        var isTls = options.Address.Scheme == Uri.UriSchemeHttps;
        if (!isTls && options.Address.Scheme != Uri.UriSchemeHttp)
            throw new ArgumentException($"{options.Address} must begin with https:// or http://", nameof(options));
        if (!isTls && !options.AllowPlaintext && !options.Address.IsLoopback)
            throw new ArgumentException($"{options.Address} would be spoken to in the clear; use https:// or allow plaintext", nameof(options));

        _options = options;
        _http = new HttpClient(Handler(options)) { BaseAddress = options.Address, Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>One request, one answer.</summary>
    /// <param name="method">Path: <c>/package.Service/Method</c>.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="parser">Reads the answer.</param>
    /// <param name="call">Deadline and metadata.</param>
    /// <param name="cancel">Gives the call up.</param>
    /// <exception cref="GrpcException">Any other end than OK with exactly one message.</exception>
    public async Task<TResponse> Unary<TResponse>(
        string method, IMessage request, MessageParser<TResponse> parser, GrpcCallOptions call, CancellationToken cancel)
        where TResponse : class, IMessage<TResponse>
    {
        TResponse? answer = null;
        await foreach (var message in ServerStream(method, request, parser, call, cancel).ConfigureAwait(false))
        {
            if (answer is not null)
                throw new GrpcException(GrpcStatus.Internal, $"{method} answered with more than one message");
            answer = message;
        }

        return answer ?? throw new GrpcException(GrpcStatus.Internal, $"{method} answered with no message");
    }

    /// <summary>One request, any number of answers as they come. Leaving the loop early cancels the call.</summary>
    /// <exception cref="GrpcException">While enumerating.</exception>
    public async IAsyncEnumerable<TResponse> ServerStream<TResponse>(
        string method,
        IMessage request,
        MessageParser<TResponse> parser,
        GrpcCallOptions call,
        [EnumeratorCancellation] CancellationToken cancel)
        where TResponse : class, IMessage<TResponse>
    {
        using var life = new CallLife(call.Deadline, cancel);
        var content = new ByteArrayContent(GrpcFrame.Write(request, _options.MaxMessageBytes));
        content.Headers.ContentType = GrpcContent.Type();
        using var message = Request(method, content, call);
        using var response = await life.Guard(
            () => _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, life.Token)).ConfigureAwait(false);
        await foreach (var answer in Answers(response, parser, life).ConfigureAwait(false))
            yield return answer;
    }

    /// <summary>
    /// Opens a stream in both directions. Returns at once: headers of the answer may come only with the server's first message.
    /// The caller disposes the call.
    /// </summary>
    public GrpcDuplexCall<TRequest, TResponse> Duplex<TRequest, TResponse>(
        string method, MessageParser<TResponse> parser, GrpcCallOptions call, CancellationToken cancel)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        var frames = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(4) { SingleReader = true });
        var life = new CallLife(call.Deadline, cancel);
        var message = Request(method, new GrpcContent(frames.Reader), call);
        var sent = _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, life.Token);
        return new(frames.Writer, _options.MaxMessageBytes, message, life, Receive());

        async IAsyncEnumerator<TResponse> Receive()
        {
            using var response = await life.Guard(() => sent).ConfigureAwait(false);
            await foreach (var answer in Answers(response, parser, life).ConfigureAwait(false))
                yield return answer;
        }
    }

    public void Dispose() => _http.Dispose();

    private static SocketsHttpHandler Handler(GrpcChannelOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionLifetime = options.ConnectionLifetime,
            KeepAlivePingDelay = options.PingEvery ?? Timeout.InfiniteTimeSpan,
        };
        var ssl = handler.SslOptions;
        if (options.Authorities is { } authorities)
        {
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(authorities);
            ssl.CertificateChainPolicy = policy;
        }

        if (options.ClientCertificate is { } certificate)
            ssl.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
        return handler;
    }

    private HttpRequestMessage Request(string method, HttpContent content, GrpcCallOptions call)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, method)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        // Also the name that the certificate must bear: the handler takes it from here.
        message.Headers.Host = _options.TargetHost;
        message.Headers.TE.ParseAdd("trailers");
        message.Headers.UserAgent.ParseAdd(_options.UserAgent);
        if (call.Deadline is { } deadline)
            message.Headers.Add("grpc-timeout", GrpcMetadata.Timeout(deadline));
        foreach (var (name, value) in call.Metadata)
            message.Headers.TryAddWithoutValidation(name, value);
        return message;
    }

    private async IAsyncEnumerable<TResponse> Answers<TResponse>(
        HttpResponseMessage response, MessageParser<TResponse> parser, CallLife life)
        where TResponse : class, IMessage<TResponse>
    {
        if (GrpcAnswer.NotGrpc(response) is { } refusal)
            throw refusal;
        if (GrpcAnswer.IsTrailersOnly(response))
            yield break;

        var stream = await life.Guard(() => response.Content.ReadAsStreamAsync(life.Token)).ConfigureAwait(false);
        while (await life.Guard(() => GrpcFrame.Read(stream, parser, _options.MaxMessageBytes, life.Token).AsTask()).ConfigureAwait(false)
               is { } message)
        {
            yield return message;
        }

        if (GrpcAnswer.Fault(response) is { } fault)
            throw fault;
    }
}

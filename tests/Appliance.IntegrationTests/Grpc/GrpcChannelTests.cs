using System.Security.Cryptography.X509Certificates;
using Appliance.Grpc;
using Appliance.IntegrationTests.Support;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Http;

namespace Appliance.IntegrationTests.Grpc;

/// <summary>Calls against a real HTTP/2 server in this process.</summary>
public class GrpcChannelTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    [Fact]
    public async Task Unary_ServerAnswers_GivesTheMessageAndSendsWhatGrpcWants()
    {
        string? protocol = null;
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        await using var server = await Serve("/t/Echo", async http =>
        {
            protocol = http.Request.Protocol;
            foreach (var (name, value) in http.Request.Headers)
                headers[name] = value.ToString();
            var asked = await GrpcTestServer.Read(http);
            await GrpcTestServer.Write(http, asked!.Value + "!");
            GrpcTestServer.End(http, 0);
        });
        using var channel = Open(server);

        var answer = await Call(channel, "/t/Echo", "hello", new()
        {
            Deadline = s_patience,
            Metadata = [new("x-key-bin", GrpcMetadata.Binary([1, 2, 3]))],
        });

        Assert.Equal("hello!", answer);
        Assert.Equal("HTTP/2", protocol);
        Assert.Equal("application/grpc", headers["Content-Type"]);
        Assert.Equal("trailers", headers["TE"]);
        Assert.Equal("90000m", headers["grpc-timeout"]);
        Assert.Equal("AQID", headers["x-key-bin"]);
        Assert.DoesNotContain("grpc-accept-encoding".ToUpperInvariant(), headers.Keys.Select(name => name.ToUpperInvariant()));
    }

    [Fact]
    public async Task Unary_TrailersOnly_ReadsStatusMessageAndDetailsFromTheHeaders()
    {
        await using var server = await Serve("/t/No", http => GrpcTestServer.Refuse(http, 16, "Missing authentication metadata%21", "CAE"));
        using var channel = Open(server);

        var error = await Assert.ThrowsAsync<GrpcException>(() => Call(channel, "/t/No", ""));

        Assert.Equal(GrpcStatus.Unauthenticated, error.Status);
        Assert.Equal("Missing authentication metadata!", error.Detail);
        Assert.Equal([8, 1], error.StatusDetails.ToArray());
    }

    [Fact]
    public async Task Unary_StatusInTrailersAfterAMessage_IsTheEnd()
    {
        await using var server = await Serve("/t/Late", async http =>
        {
            await GrpcTestServer.Read(http);
            await GrpcTestServer.Write(http, "half");
            GrpcTestServer.End(http, 7, "Run is finished.");
        });
        using var channel = Open(server);

        var error = await Assert.ThrowsAsync<GrpcException>(() => Call(channel, "/t/Late", ""));

        Assert.Equal((GrpcStatus.PermissionDenied, "Run is finished."), (error.Status, error.Detail));
    }

    [Theory]
    [InlineData(0, GrpcStatus.Internal)]
    [InlineData(2, GrpcStatus.Internal)]
    public async Task Unary_NotOneMessage_IsAFault(int messages, GrpcStatus expected)
    {
        await using var server = await Serve("/t/Odd", async http =>
        {
            http.Response.ContentType = "application/grpc";
            for (var i = 0; i < messages; i++)
                await GrpcTestServer.Write(http, "x");
            await http.Response.Body.FlushAsync();
            GrpcTestServer.End(http, 0);
        });
        using var channel = Open(server);

        var error = await Assert.ThrowsAsync<GrpcException>(() => Call(channel, "/t/Odd", ""));

        Assert.Equal(expected, error.Status);
    }

    [Fact]
    public async Task Unary_NoStatusAtAll_IsUnavailable()
    {
        await using var server = await Serve("/t/Mute", http => GrpcTestServer.Write(http, "x"));
        using var channel = Open(server);

        var error = await Assert.ThrowsAsync<GrpcException>(() => Call(channel, "/t/Mute", ""));

        Assert.Equal(GrpcStatus.Unavailable, error.Status);
    }

    [Theory]
    [InlineData(401, GrpcStatus.Unauthenticated)]
    [InlineData(403, GrpcStatus.PermissionDenied)]
    [InlineData(404, GrpcStatus.Unimplemented)]
    [InlineData(503, GrpcStatus.Unavailable)]
    [InlineData(500, GrpcStatus.Unknown)]
    public async Task Unary_HttpError_IsMapped(int status, GrpcStatus expected)
    {
        await using var server = await Serve("/t/Http", http =>
        {
            http.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        using var channel = Open(server);

        var error = await Assert.ThrowsAsync<GrpcException>(() => Call(channel, "/t/Http", ""));

        Assert.Equal(expected, error.Status);
    }

    [Fact]
    public async Task Unary_CompressedAnswer_IsRefused()
    {
        await using var server = await Serve("/t/Zip", http => GrpcTestServer.Write(http, "x", flag: 1));
        using var channel = Open(server);

        Assert.Equal(GrpcStatus.Internal, (await Assert.ThrowsAsync<GrpcException>(() => Call(channel, "/t/Zip", ""))).Status);
    }

    [Fact]
    public async Task Unary_AnswerOrRequestOverTheCap_IsRefused()
    {
        await using var server = await Serve("/t/Big", async http =>
        {
            await GrpcTestServer.Write(http, new string('x', 2000));
            GrpcTestServer.End(http, 0);
        });
        using var channel = new GrpcChannel(new() { Address = server.Address, MaxMessageBytes = 1000 });

        var received = await Assert.ThrowsAsync<GrpcException>(() => Call(channel, "/t/Big", ""));
        var sent = await Assert.ThrowsAsync<GrpcException>(() => Call(channel, "/t/Big", new string('y', 2000)));

        Assert.Equal(GrpcStatus.ResourceExhausted, received.Status);
        Assert.Contains("own limit", sent.Detail);
    }

    [Fact]
    public async Task Unary_NoAnswerWithinTheDeadline_IsDeadlineExceeded()
    {
        await using var server = await Serve("/t/Slow", http => Task.Delay(Timeout.Infinite, http.RequestAborted));
        using var channel = Open(server);

        var error = await Assert.ThrowsAsync<GrpcException>(
            () => Call(channel, "/t/Slow", "", new() { Deadline = TimeSpan.FromMilliseconds(50) }));

        Assert.Equal(GrpcStatus.DeadlineExceeded, error.Status);
    }

    [Fact]
    public async Task Unary_CallerCancels_IsNoStatus()
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await Serve("/t/Slow", http =>
        {
            reached.SetResult();
            return Task.Delay(Timeout.Infinite, http.RequestAborted);
        });
        using var channel = Open(server);
        using var cancel = new CancellationTokenSource();

        var call = channel.Unary("/t/Slow", new StringValue(), StringValue.Parser, GrpcCallOptions.None, cancel.Token);
        await reached.Task.WaitAsync(s_patience);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
    }

    [Fact]
    public async Task Unary_NobodyListens_IsUnavailable()
    {
        using var port = new ReservedPort();
        using var channel = new GrpcChannel(new() { Address = new($"http://127.0.0.1:{port.Number}") });

        Assert.Equal(GrpcStatus.Unavailable, (await Assert.ThrowsAsync<GrpcException>(() => Call(channel, "/t/Echo", ""))).Status);
    }

    [Fact]
    public async Task Unary_ConnectionBreaksMidAnswer_IsUnavailable()
    {
        await using var server = await Serve("/t/Cut", async http =>
        {
            http.Response.ContentType = "application/grpc";
            await http.Response.Body.WriteAsync(new byte[] { 0, 0, 0, 1, 0, 7 });
            await http.Response.Body.FlushAsync();
            http.Abort();
        });
        using var channel = Open(server);

        Assert.Equal(GrpcStatus.Unavailable, (await Assert.ThrowsAsync<GrpcException>(() => Call(channel, "/t/Cut", ""))).Status);
    }

    [Fact]
    public async Task ServerStream_MessagesAsTheyCome_ThenTheStatus()
    {
        await using var server = await Serve("/t/Many", async http =>
        {
            for (var i = 0; i < 3; i++)
                await GrpcTestServer.Write(http, $"{i}");
            GrpcTestServer.End(http, 4, "enough");
        });
        using var channel = Open(server);
        var seen = new List<string>();

        var error = await Assert.ThrowsAsync<GrpcException>(async () =>
        {
            await foreach (var message in channel.ServerStream(
                               "/t/Many", new StringValue(), StringValue.Parser, GrpcCallOptions.None, CancellationToken.None))
            {
                seen.Add(message.Value);
            }
        });

        Assert.Equal(["0", "1", "2"], seen);
        Assert.Equal((GrpcStatus.DeadlineExceeded, "enough"), (error.Status, error.Detail));
    }

    [Fact]
    public async Task Duplex_ServerSpeaksFirst_AlternatesUntilTheClientCompletes()
    {
        await using var server = await Serve("/t/Talk", async http =>
        {
            await GrpcTestServer.Write(http, "who?");
            while (await GrpcTestServer.Read(http) is { } said)
                await GrpcTestServer.Write(http, said.Value.ToUpperInvariant());
            GrpcTestServer.End(http, 0);
        });
        using var channel = Open(server);

        await using var call = channel.Duplex<StringValue, StringValue>(
            "/t/Talk", StringValue.Parser, GrpcCallOptions.None, CancellationToken.None);
        var first = await call.Read();
        await call.Write(new() { Value = "me" });
        var second = await call.Read();
        call.Complete();
        var end = await call.Read();

        Assert.Equal(("who?", "ME", null), (first?.Value, second?.Value, end?.Value));
    }

    [Fact]
    public async Task Duplex_DisposedWhileTheServerIsSilent_EndsOnBothSides()
    {
        var opened = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await Serve("/t/Hush", async http =>
        {
            http.RequestAborted.Register(ended.SetResult);
            opened.SetResult();
            await ended.Task;
        });
        using var channel = Open(server);

        var call = channel.Duplex<StringValue, StringValue>("/t/Hush", StringValue.Parser, GrpcCallOptions.None, CancellationToken.None);
        var read = call.Read().AsTask();
        await opened.Task.WaitAsync(s_patience);
        await call.DisposeAsync();

        Assert.Equal(GrpcStatus.Cancelled, (await Assert.ThrowsAsync<GrpcException>(() => read)).Status);
        await ended.Task.WaitAsync(s_patience);
    }

    [Fact]
    public async Task Tls_OwnAuthority_IsTrustedAndAnotherIsNot()
    {
        using var authority = new TestAuthority();
        using var other = new TestAuthority("Somebody else");
        using var certificate = Load(authority.ServerCertFile, authority.ServerKeyFile);
        await using var server = await GrpcTestServer.Start(Echo(), certificate);

        using var trusting = new GrpcChannel(new() { Address = server.Address, Authorities = Pem(authority.CaFile) });
        using var wary = new GrpcChannel(new() { Address = server.Address, Authorities = Pem(other.CaFile) });
        using var misnamed = new GrpcChannel(
            new() { Address = server.Address, Authorities = Pem(authority.CaFile), TargetHost = "elsewhere.example" });

        Assert.Equal("a", await Call(trusting, "/t/Echo", "a"));
        Assert.True((await Assert.ThrowsAsync<GrpcException>(() => Call(wary, "/t/Echo", "a"))).IsTlsFailure);
        Assert.True((await Assert.ThrowsAsync<GrpcException>(() => Call(misnamed, "/t/Echo", "a"))).IsTlsFailure);
    }

    [Fact]
    public async Task Tls_ServerWantsAClientCertificate_OnlyTheHolderGetsIn()
    {
        using var authority = new TestAuthority();
        using var certificate = Load(authority.ServerCertFile, authority.ServerKeyFile);
        var client = authority.IssueClient("box-1");
        using var own = Load(client.CertFile, client.KeyFile);
        await using var server = await GrpcTestServer.Start(Echo(), certificate, askForClientCertificate: true);

        using var holder = new GrpcChannel(
            new() { Address = server.Address, Authorities = Pem(authority.CaFile), ClientCertificate = own });
        using var stranger = new GrpcChannel(new() { Address = server.Address, Authorities = Pem(authority.CaFile) });

        Assert.Equal("a", await Call(holder, "/t/Echo", "a"));
        Assert.Equal(GrpcStatus.Unavailable, (await Assert.ThrowsAsync<GrpcException>(() => Call(stranger, "/t/Echo", "a"))).Status);
    }

    private static Task<GrpcTestServer> Serve(string path, RequestDelegate method) => GrpcTestServer.Start(new() { [path] = method });

    private static Dictionary<string, RequestDelegate> Echo() => new()
    {
        ["/t/Echo"] = async http =>
        {
            await GrpcTestServer.Write(http, (await GrpcTestServer.Read(http))!.Value);
            GrpcTestServer.End(http, 0);
        },
    };

    private static GrpcChannel Open(GrpcTestServer server) => new(new() { Address = server.Address });

    private static X509Certificate2Collection Pem(string file) => GrpcChannelOptions.AuthoritiesFromPem(File.ReadAllText(file));

    private static X509Certificate2 Load(string certificate, string key)
    {
        using var pem = X509Certificate2.CreateFromPemFile(certificate, key);
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }

    private static async Task<string> Call(GrpcChannel channel, string method, string text, GrpcCallOptions? options = null) =>
        (await channel.Unary(
            method, new StringValue { Value = text }, StringValue.Parser, options ?? new() { Deadline = s_patience }, CancellationToken.None)).Value;
}

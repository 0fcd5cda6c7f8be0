using Appliance.Inference.Catalogue;
using Appliance.Inference.Installing;
using Appliance.IntegrationTests.Store;
using Appliance.IntegrationTests.Support;
using Microsoft.AspNetCore.Http;

namespace Appliance.IntegrationTests.Models;

/// <summary>Pulls from a real server on loopback, with each fault a server, a line and a disk can have.</summary>
public sealed class ModelInstallerTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private ModelServer _server = null!;

    private string StoreFolder => Path.Combine(_folder.Path, "models");

    private string Target => Path.Combine(StoreFolder, "made-up.onnx");

    public async Task InitializeAsync() => _server = await ModelServer.Start();

    public async Task DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Pull_GoodServer_PutsTheWholeFileInPlaceAndReportsProgress()
    {
        var progress = new Reports();

        var installed = await Pull(_server.Entry(), progress: progress);

        Assert.Equal(Target, installed.Path);
        Assert.Equal(_server.Content, File.ReadAllBytes(Target));
        Assert.Equal([Target], Directory.GetFiles(StoreFolder));
        Assert.Equal(new(_server.Content.Length, _server.Content.Length), progress.All[^1]);
        Assert.True(progress.All.Count > 2);
        Assert.False(installed.Accepted);
    }

    [Fact]
    public async Task Pull_ConnectionBreaks_GoesOnWhereItEnded()
    {
        _server.Answer = (http, number) => number == 1 ? _server.Serve(http, 100_000) : _server.Serve(http);

        await Pull(_server.Entry());

        Assert.Equal(_server.Content, File.ReadAllBytes(Target));
        Assert.Equal(2, _server.Ranges.Count);
        Assert.Equal("", _server.Ranges[0]);
        Assert.Equal("bytes=100000-", _server.Ranges[1]);
    }

    [Fact]
    public async Task Pull_EndedAndAskedAgainLater_FetchesOnlyTheRest()
    {
        _server.Answer = (http, number) => number switch
        {
            1 => _server.Serve(http, 200_000),
            2 => Status(http, 503),
            _ => _server.Serve(http),
        };
        var first = await Fails(InstallFault.Refused, _server.Entry());

        await Pull(_server.Entry());

        Assert.Contains("503", first.Message, StringComparison.Ordinal);
        Assert.Equal(_server.Content, File.ReadAllBytes(Target));
        Assert.Equal("bytes=200000-", _server.Ranges[2]);
    }

    [Fact]
    public async Task Pull_FileChangedAtTheServerMeanwhile_IsFetchedAnewAsAWhole()
    {
        _server.Answer = (http, number) => number == 1 ? Break(http, "\"version-0\"") : _server.Serve(http);

        await Pull(_server.Entry());

        // If-Range did not fit, so the second answer was the whole file and not a part glued to old bytes.
        Assert.Equal(_server.Content, File.ReadAllBytes(Target));

        async Task Break(HttpContext context, string tag)
        {
            context.Response.Headers.ETag = tag;
            context.Response.ContentLength = _server.Content.Length;
            await context.Response.Body.WriteAsync(new byte[50_000]);
            await context.Response.Body.FlushAsync();
            await _server.Cut(context, 50_000);
        }
    }

    [Fact]
    public async Task Pull_ServerWithoutRangesBreaks_SaysSoAndStartsOver()
    {
        _server.Answer = async (http, number) =>
        {
            http.Response.ContentLength = _server.Content.Length;
            await http.Response.Body.WriteAsync(_server.Content.AsMemory(0, number == 1 ? 120_000 : _server.Content.Length));
            await http.Response.Body.FlushAsync();
            if (number == 1)
                await _server.Cut(http, 120_000);
        };

        await Fails(InstallFault.Truncated, _server.Entry());
        Assert.False(File.Exists(Target));
        await Pull(_server.Entry());

        Assert.Equal(_server.Content, File.ReadAllBytes(Target));
        Assert.Equal(["", ""], _server.Ranges);
    }

    [Fact]
    public async Task Pull_LineBreaksEveryTime_EndsWithWhatCameKept()
    {
        _server.Answer = (http, number) => _server.Serve(http, number * 40_000);

        var error = await Fails(InstallFault.Truncated, _server.Entry());

        Assert.Contains("pull again", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(Target));
        Assert.Equal(200_000, new FileInfo(Target + ".part").Length);
        Assert.Equal(5, _server.Ranges.Count);
    }

    [Fact]
    public async Task Pull_OtherBytesOfTheSameSize_AreThrownAway()
    {
        var entry = _server.Entry();
        _server.Content[17] ^= 1;

        await Fails(InstallFault.WrongHash, entry);

        Assert.Empty(Directory.GetFiles(StoreFolder));
    }

    [Fact]
    public async Task Pull_OtherSize_IsRefusedBeforeItIsFetched()
    {
        await Fails(InstallFault.WrongSize, _server.Entry() with { Bytes = 5 });

        Assert.Empty(Directory.GetFiles(StoreFolder));
    }

    [Fact]
    public async Task Pull_ServerSendsWithoutEnd_IsCutOff()
    {
        _server.Answer = async (http, _) =>
        {
            while (!http.RequestAborted.IsCancellationRequested)
                await http.Response.Body.WriteAsync(_server.Content, http.RequestAborted);
        };

        await Fails(InstallFault.WrongSize, _server.Entry());

        Assert.Empty(Directory.GetFiles(StoreFolder));
    }

    [Fact]
    public async Task Pull_RedirectWithinHttps_IsFollowed()
    {
        _server.Answer = (http, number) =>
        {
            if (number > 1)
                return _server.Serve(http);
            http.Response.Redirect("/elsewhere.onnx");
            return Task.CompletedTask;
        };

        await Pull(_server.Entry());

        Assert.Equal(_server.Content, File.ReadAllBytes(Target));
    }

    [Fact]
    public async Task Pull_RedirectToHttp_IsRefused()
    {
        _server.Answer = (http, _) =>
        {
            http.Response.Redirect("http://127.0.0.1:9/made-up.onnx");
            return Task.CompletedTask;
        };

        var error = await Fails(InstallFault.InsecureRedirect, _server.Entry());

        Assert.Contains("not https", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pull_RedirectsInACircle_Ends()
    {
        _server.Answer = (http, _) =>
        {
            http.Response.Redirect("/made-up.onnx");
            return Task.CompletedTask;
        };

        await Fails(InstallFault.Refused, _server.Entry());
    }

    [Fact]
    public async Task Pull_NoServer_SaysUnreachable() => await Fails(
        InstallFault.Unreachable, _server.Entry() with { Url = new Uri("https://127.0.0.1:9/made-up.onnx") });

    [Fact]
    public async Task Pull_CertificateNobodyTrusts_SaysUnreachable()
    {
        using var installer = new ModelInstaller(Catalogue(_server.Entry()), StoreFolder);

        var error = await Assert.ThrowsAsync<InstallException>(() => installer.Pull(_server.Entry(), new()));

        Assert.Equal(InstallFault.Unreachable, error.Fault);
    }

    [SmallDiskFact]
    public async Task Pull_DiskHasNoRoom_SaysSoBeforeAnythingIsFetched()
    {
        using var disk = SmallDisk.Mount(1);
        disk.Fill();
        using var installer = new ModelInstaller(Catalogue(_server.Entry()), disk.Path, _server.Handler());

        var error = await Assert.ThrowsAsync<InstallException>(() => installer.Pull(_server.Entry(), new()));

        Assert.Equal(InstallFault.DiskFull, error.Fault);
        Assert.Empty(_server.Ranges);
    }

    [SmallDiskFact]
    public async Task Pull_DiskFillsUpMeanwhile_SaysDiskFullAndLeavesNoModel()
    {
        using var disk = SmallDisk.Mount(1);
        _server.Answer = async (http, _) =>
        {
            http.Response.Headers.ETag = ModelServer.Tag;
            http.Response.ContentLength = _server.Content.Length;
            await http.Response.Body.WriteAsync(_server.Content.AsMemory(0, 50_000));
            await http.Response.Body.FlushAsync();
            disk.Fill();
            await http.Response.Body.WriteAsync(_server.Content.AsMemory(50_000));
        };
        using var installer = new ModelInstaller(Catalogue(_server.Entry()), disk.Path, _server.Handler());

        var error = await Assert.ThrowsAsync<InstallException>(() => installer.Pull(_server.Entry(), new()));

        Assert.Equal(InstallFault.DiskFull, error.Fault);
        Assert.False(File.Exists(Path.Combine(disk.Path, "made-up.onnx")));
    }

    [Fact]
    public async Task Pull_Cancelled_KeepsWhatCame()
    {
        using var cancel = new CancellationTokenSource();
        _server.Answer = async (http, _) =>
        {
            http.Response.Headers.ETag = ModelServer.Tag;
            http.Response.ContentLength = _server.Content.Length;
            await http.Response.Body.WriteAsync(_server.Content.AsMemory(0, 80_000));
            await http.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        };
        var progress = new Reports(value =>
        {
            if (value.Bytes > 0)
                cancel.Cancel();
        });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Pull(_server.Entry(), progress: progress, cancel: cancel.Token));

        Assert.True(File.Exists(Target + ".part"));
        Assert.False(File.Exists(Target));
    }

    [Fact]
    public async Task Pull_TwoAtOnce_TheSecondIsToldSo()
    {
        using var first = PartFile.Open(StoreFolder, _server.Entry());

        await Fails(InstallFault.Busy, _server.Entry());
    }

    [Fact]
    public async Task Pull_NonCommercialLicence_NeedsItsNameSaid()
    {
        var entry = _server.Entry(commercial: false);

        var refused = await Fails(InstallFault.LicenceNotAccepted, entry);
        await Fails(InstallFault.LicenceNotAccepted, entry, new("MIT"));
        var installed = await Pull(entry, new("research only"));

        Assert.Contains("--accept-licence \"Research only\"", refused.Message, StringComparison.Ordinal);
        Assert.True(installed.Accepted);
        Assert.Single(_server.Ranges);
    }

    [Fact]
    public async Task Pull_NoAddress_NamesTheFolderAsTheWay()
    {
        var error = await Fails(InstallFault.NoAddress, _server.Entry() with { Url = null });

        Assert.Contains("--from", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("made-up.onnx")]
    [InlineData("deeper/renamed-by-somebody.bin")]
    public async Task Pull_FromFolder_FindsItByNameOrByHash(string name)
    {
        var stick = Path.Combine(_folder.Path, "stick");
        var path = Path.Combine(stick, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, _server.Content);
        File.WriteAllBytes(Path.Combine(stick, "other.onnx"), new byte[_server.Content.Length]);

        var installed = await Pull(_server.Entry() with { Url = null }, new(From: stick));

        Assert.Equal(path, installed.From);
        Assert.Equal(_server.Content, File.ReadAllBytes(Target));
        Assert.Empty(_server.Ranges);
    }

    [Fact]
    public async Task Pull_FromFolderWithAnImpostor_SaysWhatIsWrongWithIt()
    {
        File.WriteAllBytes(Path.Combine(_folder.Path, "made-up.onnx"), new byte[_server.Content.Length]);

        await Fails(InstallFault.WrongHash, _server.Entry(), new(From: _folder.Path));
        await Fails(InstallFault.NotInFolder, _server.Entry() with { File = "b.onnx", Bytes = 3 }, new(From: _folder.Path));
        await Fails(InstallFault.NotInFolder, _server.Entry(), new(From: Path.Combine(_folder.Path, "none")));
    }

    [Fact]
    public async Task Remove_PulledModel_TakesItsFile()
    {
        using var installer = new ModelInstaller(Catalogue(_server.Entry()), StoreFolder, _server.Handler());
        await installer.Pull(_server.Entry(), new());

        installer.Remove(_server.Entry());
        var again = Assert.Throws<InstallException>(() => installer.Remove(_server.Entry()));

        Assert.False(File.Exists(Target));
        Assert.Equal(InstallFault.NotRemovable, again.Fault);
    }

    [Fact]
    public void Remove_BuiltinModel_IsRefused()
    {
        var catalogue = ModelCatalogue.Open(StoreFolder);
        using var installer = new ModelInstaller(catalogue, StoreFolder);

        var error = Assert.Throws<InstallException>(() => installer.Remove(catalogue.Models.First(catalogue.IsBuiltin)));

        Assert.Equal(InstallFault.NotRemovable, error.Fault);
        Assert.Contains("ships with the product", error.Message, StringComparison.Ordinal);
    }

    private static Task Status(HttpContext http, int status)
    {
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }

    private ModelCatalogue Catalogue(ModelEntry entry) =>
        new(new ModelManifest { Models = [entry] }, [Path.Combine(_folder.Path, "builtin"), StoreFolder]);

    private async Task<InstalledModel> Pull(
        ModelEntry entry, InstallRequest? request = null, IProgress<InstallProgress>? progress = null, CancellationToken cancel = default)
    {
        using var installer = new ModelInstaller(Catalogue(entry), StoreFolder, _server.Handler());
        var all = new Reports(value =>
        {
            _server.Arrived(value.Bytes);
            progress?.Report(value);
        });
        return await installer.Pull(entry, request ?? new(), all, cancel);
    }

    private async Task<InstallException> Fails(InstallFault fault, ModelEntry entry, InstallRequest? request = null)
    {
        var error = await Assert.ThrowsAsync<InstallException>(() => Pull(entry, request));
        Assert.True(fault == error.Fault, $"{error.Fault} instead of {fault}: {error.Message}");
        return error;
    }

    private sealed class Reports(Action<InstallProgress>? then = null) : IProgress<InstallProgress>
    {
        public List<InstallProgress> All { get; } = [];

        public void Report(InstallProgress value)
        {
            All.Add(value);
            then?.Invoke(value);
        }
    }
}

using System.Text;
using Appliance.Core.Evidence.Content;
using Appliance.Core.Evidence.Manifests;
using Appliance.Daemon.Evidence.Masking;
using Appliance.Daemon.Evidence.Pinning;
using Appliance.Daemon.Host.Configuration;
using Appliance.Delivery.Ipfs;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Store;
using Appliance.IntegrationTests.Store.Evidence;
using Appliance.Store;
using Appliance.Store.Evidence;
using Appliance.UnitTests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.IntegrationTests.Evidence.Pinning;

/// <summary>Evidence on an IPFS node: what it gets by default and by option, and that it comes through whatever the node does.</summary>
public sealed class EvidencePinningTests : IAsyncLifetime
{
    private const int ClipBytes = 600_000;

    private readonly StoreFolder _folder = new();
    private readonly ManualClock _clock = new();
    private ApplianceStore _store = null!;
    private KuboDouble _kubo = null!;
    private IpfsNode? _node;

    public async Task InitializeAsync()
    {
        _store = await EvidenceFixture.Open(_folder);
        _kubo = await KuboDouble.Start();
    }

    public async Task DisposeAsync()
    {
        _node?.Dispose();
        await _kubo.DisposeAsync();
        await _store.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Step_ByDefault_PinsManifestAndProofAndNoPicture()
    {
        var record = await Record();
        var pinning = Pinning(new IpfsOptions { Address = _kubo.Address }.Content);

        Assert.True(await pinning.Step(default));
        Assert.False(await pinning.Step(default));

        Assert.Equal(["manifest.json", "proof.json"], _kubo.Came);
        var manifest = (await _store.Evidence.Manifest(record.Alert))!;
        Assert.Equal(manifest, _kubo.Pinned[UnixFsCid.Of(manifest)]);
        Assert.Contains(Convert.ToHexStringLower(record.Digest!), Encoding.UTF8.GetString(_kubo.Pinned.Values.Single(file => !file.SequenceEqual(manifest))), StringComparison.Ordinal);
        Assert.Equal((PinState.Pinned, ""), await State(record));
        Assert.Equal(_kubo.Pinned.Keys.Order(), (await _store.Evidence.Pins(record.Alert)).Select(pin => pin.Cid).Order());
    }

    [Fact]
    public async Task Step_Encrypted_PinsWhatLiesOnTheDisk()
    {
        var record = await Record();

        await Pinning(IpfsContent.Encrypted).Step(default);

        var pin = (await _store.Evidence.Pins(record.Alert)).Single(one => one.Name == "clip.mp4.wpe");
        var onDisk = await File.ReadAllBytesAsync(Assert.Single(Directory.EnumerateFiles(Path.Combine(_folder.Path, "evidence"), "*.wpe", SearchOption.AllDirectories)));
        Assert.Equal(onDisk, _kubo.Pinned[pin.Cid]);
        Assert.All(_kubo.Pinned.Values, file => Assert.True(file.AsSpan().IndexOf(EvidenceFixture.Clip(ClipBytes).AsSpan(0, 64)) < 0));
    }

    [Fact]
    public async Task Step_Original_GivesTheAddressOfTheManifest()
    {
        var record = await Record();
        var manifest = ManifestJson.Read((await _store.Evidence.Manifest(record.Alert))!);

        await Pinning(IpfsContent.Original).Step(default);

        Assert.Equal(EvidenceFixture.Clip(ClipBytes), _kubo.Pinned[manifest.Artefacts.Single().Cid]);
    }

    [Fact]
    public async Task Step_WhatCannotBeMasked_StaysOnTheBoxAndTheReasonSaysSo()
    {
        var record = await Record();

        await Pinning(IpfsContent.Masked).Step(default);

        Assert.Equal(["manifest.json", "proof.json"], _kubo.Came);
        var (state, reason) = await State(record);
        Assert.Equal(PinState.Pinned, state);
        Assert.StartsWith("masked/clip.mp4: it cannot be masked", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Step_ArtefactChangedOnTheDisk_IsNotPinned()
    {
        var record = await Record();
        var file = Directory.EnumerateFiles(Path.Combine(_folder.Path, "evidence"), "*.wpe", SearchOption.AllDirectories).Single();
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);

        await Pinning(IpfsContent.Original).Step(default);

        var (state, reason) = await State(record);
        Assert.Equal(PinState.Pinned, state);
        Assert.StartsWith("clip.mp4: ", reason, StringComparison.Ordinal);
        Assert.Equal(2, _kubo.Pinned.Count);
    }

    [Fact]
    public async Task Step_OpenBatch_Waits()
    {
        await Record(close: false);

        Assert.False(await Pinning(IpfsContent.Manifest).Step(default));

        Assert.Empty(_kubo.Came);
    }

    [Fact]
    public async Task Step_NodeFailsInBetween_GoesOnWhereItWas()
    {
        var record = await Record();
        var pinning = Pinning(IpfsContent.Encrypted);
        _kubo.Refuse = name => name == "proof.json" ? KuboDouble.Fault("no space left on device") : null;

        var fault = await Assert.ThrowsAsync<IpfsException>(() => pinning.Step(default));
        _kubo.Refuse = null;
        await pinning.Step(default);

        Assert.Equal("the node answered 500: no space left on device", fault.Message);
        Assert.Equal(["manifest.json", "proof.json", "proof.json", "clip.mp4.wpe"], _kubo.Came);
        Assert.Equal((PinState.Pinned, ""), await State(record));
    }

    [Fact]
    public async Task Step_NodeWithOtherSettings_IsNamedAndNothingStaysPinned()
    {
        var record = await Record();
        _kubo.HasOtherSettings = true;

        var fault = await Assert.ThrowsAsync<IpfsException>(() => Pinning(IpfsContent.Manifest).Step(default));

        Assert.Contains("its import settings differ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(UnixFsCid.Of((await _store.Evidence.Manifest(record.Alert))!), fault.Message, StringComparison.Ordinal);
        Assert.Empty(_kubo.Pinned);
        Assert.Empty(await _store.Evidence.Pins(record.Alert));
    }

    [Fact]
    public async Task Step_Destroyed_IsTakenBack()
    {
        var record = await Record();
        var pinning = Pinning(IpfsContent.Encrypted);
        await pinning.Step(default);

        await _store.Evidence.Destroy(record.Alert, "by order", StoreFolder.Someone);
        Assert.Equal(PinState.Removing, (await State(record)).State);
        await pinning.Step(default);

        Assert.Empty(_kubo.Pinned);
        Assert.Empty(await _store.Evidence.Pins(record.Alert));
        Assert.Equal(PinState.Removed, (await State(record)).State);
        Assert.False(await pinning.Step(default));
    }

    [Fact]
    public async Task Step_WrongToken_SaysSo()
    {
        await Record();
        _kubo.Token = "secret";

        var fault = await Assert.ThrowsAsync<IpfsException>(() => Pinning(IpfsContent.Manifest, token: "other").Step(default));
        await Pinning(IpfsContent.Manifest, token: "secret").Step(default);

        Assert.Equal("the node answered 403: it wants another token", fault.Message);
        Assert.Equal(2, _kubo.Pinned.Count);
    }

    [Fact]
    public async Task Run_NodeAway_SaysWhyAndCatchesUp()
    {
        var record = await Record();
        var pinning = Pinning(IpfsContent.Manifest);
        _kubo.Refuse = _ => KuboDouble.Fault("the repository is locked");
        using var stop = new CancellationTokenSource();
        var running = pinning.Run(stop.Token);
        var reason = await Patience.Until("a reason", () => Task.FromResult(pinning.Fault));

        _kubo.Refuse = null;
        await Patience.Until("pinned evidence", async () =>
        {
            _clock.Advance(TimeSpan.FromMinutes(15));
            return (await State(record)).State == PinState.Pinned && pinning.Fault is null ? "" : null;
        });
        await stop.CancelAsync();
        await running;

        Assert.Equal("the node answered 500: the repository is locked", reason);
        Assert.Equal(2, _kubo.Pinned.Count);
    }

    [Theory]
    [InlineData("""{"Address":"http://192.0.2.1:5001"}""", "Evidence.Ipfs.Address: must begin with https://")]
    [InlineData("""{"Address":"https://user:word@ipfs.example"}""", "Evidence.Ipfs.Address: must not hold a password")]
    [InlineData("""{"Token":"a","TokenFile":"/b"}""", "Evidence.Ipfs.TokenFile: ")]
    public void Check_AddressInTheClear_IsAFault(string ipfs, string fault) => Assert.Contains(
        ConfigurationFile.Parse($$"""{"Evidence":{"Ipfs":{{ipfs}} } }""").Faults, one => one.ToString().StartsWith(fault, StringComparison.Ordinal));

    private IpfsPinning Pinning(IpfsContent content, string token = "")
    {
        _node?.Dispose();
        _node = new IpfsNode(new IpfsOptions { Enabled = true, Address = _kubo.Address, Token = token, Content = content });
        return new(
            _node, new EvidencePins(_store.Evidence, new EvidenceViews(_store.Evidence), content), _kubo.Address, _clock,
            NullLogger<IpfsPinning>.Instance);
    }

    private async Task<EvidenceRecord> Record(bool close = true) =>
        await EvidenceFixture.Record(_store, await EvidenceFixture.Raise(_store), ClipBytes, close);

    private async Task<(PinState State, string Reason)> State(EvidenceRecord record)
    {
        var now = (await _store.Evidence.Find(record.Alert))!;
        return (now.Pinning, now.PinReason);
    }
}

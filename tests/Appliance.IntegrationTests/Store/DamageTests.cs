using System.Text;
using Appliance.Store;
using Appliance.Store.Database;

namespace Appliance.IntegrationTests.Store;

[System.Runtime.Versioning.SupportedOSPlatform("linux")]
public sealed class DamageTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("not a database at all, but long enough to be taken for one by its size")]
    [InlineData(null)]
    public async Task Open_DamagedDatabase_IsSetAsideAndNumbersGoOn(string? content)
    {
        await using (var store = await _folder.Open())
        {
            for (var i = 0; i < 40; i++)
                await store.Alerts.Append(StoreFolder.Alert(), default);
        }

        if (content is null)
            Scramble();
        else
            await File.WriteAllTextAsync(_folder.Database, string.Concat(Enumerable.Repeat(content, 100)));
        var damaged = await File.ReadAllBytesAsync(_folder.Database);

        await using var reopened = await _folder.Open();

        var name = Assert.Single(reopened.Health().SetAside);
        Assert.Equal(damaged, await File.ReadAllBytesAsync(Path.Combine(_folder.Path, name)));
        Assert.Equal(41, (await reopened.Alerts.Append(StoreFolder.Alert(), default)).Seq);
        Assert.Single((await reopened.Alerts.List(new(), null, 10)).Items);
    }

    [Fact]
    public async Task Open_OlderCopyOfTheDatabase_NeverGivesANumberTwice()
    {
        var copy = _folder.Database + ".copy";
        await using (var store = await _folder.Open())
            await store.Alerts.Append(StoreFolder.Alert(), default);
        File.Copy(_folder.Database, copy);
        await using (var store = await _folder.Open())
        {
            for (var i = 0; i < 5; i++)
                await store.Alerts.Append(StoreFolder.Alert(), default);
        }

        File.Move(copy, _folder.Database, overwrite: true);
        await using var reopened = await _folder.Open();

        Assert.Equal(7, (await reopened.Alerts.Append(StoreFolder.Alert(), default)).Seq);
    }

    [Fact]
    public async Task Open_NewerSchema_IsRefusedAndLeftAlone()
    {
        await using (await _folder.Open())
        {
        }

        RawDatabase.Run(_folder.Database, "PRAGMA user_version = 9999");

        var fault = await Assert.ThrowsAsync<StoreException>(() => _folder.Open());
        Assert.Equal(StoreFault.NewerSchema, fault.Fault);
        Assert.Empty(Directory.EnumerateFiles(_folder.Path, "*.corrupt-*"));
    }

    [Fact]
    public async Task Open_SecondTime_SaysInUse()
    {
        await using var store = await _folder.Open();

        var fault = await Assert.ThrowsAsync<StoreException>(() => _folder.Open());

        Assert.Equal(StoreFault.InUse, fault.Fault);
    }

    [Fact]
    public async Task Append_SizeLimitReached_FailsPlainlyAndWorksAgainWithRoom()
    {
        long stored = 0;
        await using (var store = await _folder.Open(_folder.Options(maxBytes: 1 << 20)))
        {
            var fault = await Assert.ThrowsAsync<StoreException>(async () =>
            {
                while (true)
                    stored = (await store.Alerts.Append(StoreFolder.Alert() with { Detail = new('x', 5000) }, default)).Seq;
            });

            Assert.Equal(StoreFault.DiskFull, fault.Fault);
            Assert.False(store.Health().IsWritable);
            Assert.Contains("no room", store.Health().Fault);
            Assert.Equal(stored, store.Alerts.LastSeq);
        }

        await using var roomier = await _folder.Open();

        Assert.Equal(stored + 1, (await roomier.Alerts.Append(StoreFolder.Alert(), default)).Seq);
        Assert.True(roomier.Health().IsWritable);
        Assert.Null(IntegrityCheck.Run(_folder.Database, full: true));
    }

    [Fact]
    public async Task Append_BesideAPhotoThatFindsNoRoom_IsStored()
    {
        await using var store = await _folder.Open(_folder.Options(maxBytes: 1 << 20));

        var photos = Enumerable.Range(0, 20).Select(_ => store.Watchlist.Add(
            StoreFolder.Entry(), [StoreFolder.Photo(imageBytes: 2 << 20)], StoreFolder.Someone)).ToList();
        var alerts = Enumerable.Range(0, 20).Select(_ => store.Alerts.Append(StoreFolder.Alert(), default).AsTask()).ToList();

        Assert.Equal(Enumerable.Range(1, 20).Select(n => (long)n), (await Task.WhenAll(alerts)).Select(alert => alert.Seq).Order());
        foreach (var photo in photos)
            Assert.Equal(StoreFault.DiskFull, (await Assert.ThrowsAsync<StoreException>(() => photo)).Fault);
        Assert.Equal(0, store.Watchlist.Count);
    }

    [SmallDiskFact]
    public async Task Open_ReadOnlyDisk_SaysSo()
    {
        using var disk = SmallDisk.Mount(megabytes: 24);
        var options = new StoreOptions { DataDirectory = Path.Combine(disk.Path, "data"), ReserveBytes = 0 };
        await (await _folder.Open(options)).DisposeAsync();
        disk.MakeReadOnly();

        var fault = await Assert.ThrowsAsync<StoreException>(() => _folder.Open(options));

        Assert.Equal(StoreFault.ReadOnly, fault.Fault);
    }

    [SmallDiskFact]
    public async Task Append_DiskFull_ReserveKeepsAlertsGoing()
    {
        using var disk = SmallDisk.Mount(megabytes: 24);
        var options = new StoreOptions { DataDirectory = Path.Combine(disk.Path, "data"), ReserveBytes = 4 << 20, Destinations = ["a"] };
        await using var store = await _folder.Open(options);
        await store.Alerts.Append(StoreFolder.Alert(), default);
        Assert.True(store.Health().ReserveIntact);

        disk.Fill();
        var stored = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => store.Alerts.Append(StoreFolder.Alert(), default).AsTask()));

        Assert.Equal(201, stored.Max(alert => alert.Seq));
        Assert.False(store.Health().ReserveIntact);
    }

    [Fact]
    public async Task Open_KeyGone_ReportsAndStillTakesAlerts()
    {
        await using (var store = await _folder.Open())
        {
            await store.Watchlist.Add(StoreFolder.Entry(), [], StoreFolder.Someone);
            await store.Alerts.Append(StoreFolder.Alert(), default);
        }

        Directory.Delete(Path.Combine(_folder.Path, "keys"), recursive: true);
        await using var reopened = await _folder.Open();

        Assert.Equal(1, reopened.Health().Unreadable);
        Assert.Equal(2, (await reopened.Alerts.Append(StoreFolder.Alert(), default)).Seq);
        var alerts = (await reopened.Alerts.List(new(), null, 10)).Items;
        Assert.Contains("restore it", alerts[1].Alert.Detail);
        Assert.Single(await reopened.Outbox("mqtt.native").Read(0, 10, default));
    }

    [Fact]
    public async Task Open_KeyReadableByOthers_IsRefused()
    {
        await using (await _folder.Open())
        {
        }

        var key = Directory.EnumerateFiles(Path.Combine(_folder.Path, "keys")).Single();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        File.SetUnixFileMode(key, UnixFileMode.UserRead | UnixFileMode.GroupRead);

        var fault = await Assert.ThrowsAsync<StoreException>(() => _folder.Open());
        Assert.Equal(StoreFault.KeyMissing, fault.Fault);
    }

    [Fact]
    public async Task Files_OfTheStore_BelongToItsUserAlone()
    {
        await using var store = await _folder.Open();
        await store.Alerts.Append(StoreFolder.Alert(), default);

        const UnixFileMode others = ~(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.All(Directory.EnumerateFiles(_folder.Path), file => Assert.Equal(default, File.GetUnixFileMode(file) & others));
    }

    private void Scramble()
    {
        using var file = new FileStream(_folder.Database, FileMode.Open);
        var noise = Encoding.ASCII.GetBytes(new string('?', 3000));
        for (var page = 1; page < file.Length / 4096; page++)
        {
            file.Position = (page * 4096) + 8;
            file.Write(noise);
        }
    }
}

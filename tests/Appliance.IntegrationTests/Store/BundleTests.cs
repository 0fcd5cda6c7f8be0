using Appliance.Core.Recognition;
using Appliance.Store;
using Appliance.Store.Watchlist;

namespace Appliance.IntegrationTests.Store;

public sealed class BundleTests : IDisposable
{
    private const string Passphrase = "correct horse battery";

    private readonly StoreFolder _from = new();
    private readonly StoreFolder _to = new();

    public void Dispose()
    {
        _from.Dispose();
        _to.Dispose();
    }

    [Fact]
    public async Task Import_IntoAnotherBox_BringsEveryoneWithPhotosAndTemplates()
    {
        var photo = StoreFolder.Photo(imageBytes: 200_000);
        var (bundle, persons) = await Exported(photo);
        await using var store = await _to.Open();

        var result = await store.Bundles.Import(new MemoryStream(bundle), Passphrase, ImportPolicy.Fail, StoreFolder.Someone);

        Assert.Equal((3, 0, 0), (result.Added, result.Replaced, result.Skipped));
        Assert.Equal(persons, store.Watchlist.List(new(), null, 10).Items.OrderBy(person => person.Name));
        var info = (await store.Watchlist.Photos(persons[0].Id))!.Single();
        Assert.Equal(photo.Image.ToArray(), (await store.Watchlist.ReadPhoto(persons[0].Id, info.Id))!.Image);
        Assert.Equal(photo.Templates[0].Values, (await store.Watchlist.Templates(persons[0].Id, "net-a")).Single());
    }

    [Theory]
    [InlineData(ImportPolicy.Skip, 2, 0, 1, "Changed here")]
    [InlineData(ImportPolicy.Replace, 2, 1, 0, "Person 0")]
    [InlineData(ImportPolicy.Fail, 0, 0, 0, "Changed here")]
    public async Task Import_SomeoneIsThereAlready_FollowsThePolicy(ImportPolicy policy, int added, int replaced, int skipped, string name)
    {
        var (bundle, persons) = await Exported(StoreFolder.Photo());
        await using var store = await _to.Open();
        await store.Bundles.Import(new MemoryStream(bundle), Passphrase, ImportPolicy.Fail, StoreFolder.Someone);
        await store.Watchlist.Remove(persons[1].Id, null, false, StoreFolder.Someone);
        await store.Watchlist.Remove(persons[2].Id, null, false, StoreFolder.Someone);
        await store.Watchlist.Update(persons[0].Id, null, StoreFolder.Entry("Changed here"), StoreFolder.Someone);

        var result = await store.Bundles.Import(new MemoryStream(bundle), Passphrase, policy, StoreFolder.Someone);

        Assert.Equal((added, replaced, skipped), (result.Added, result.Replaced, result.Skipped));
        Assert.Equal(name, store.Watchlist.Find(persons[0].Id)!.Name);
        Assert.Equal(1 + added, store.Watchlist.Count);
        Assert.Equal(policy == ImportPolicy.Fail ? [persons[0].Id.Value] : [], result.Conflicts);
        Assert.Equal(policy == ImportPolicy.Replace ? 3 : 2, store.Watchlist.Find(persons[0].Id)!.Version);
    }

    [Fact]
    public async Task Import_WrongPassphraseOrAnyDamage_ChangesNothing()
    {
        var (bundle, _) = await Exported(StoreFolder.Photo(imageBytes: 150_000));
        await using var store = await _to.Open();
        var damaged = new List<byte[]> { bundle[..^1], bundle[..^40_000], bundle[..(bundle.Length / 2)], bundle[..20], Array.Empty<byte>() };
        foreach (var at in (int[])[2, 30, 300, bundle.Length / 2, bundle.Length - 1])
        {
            var flipped = (byte[])bundle.Clone();
            flipped[at] ^= 1;
            damaged.Add(flipped);
        }

        await AssertTampered(store, bundle, "not the passphrase");
        foreach (var one in damaged)
            await AssertTampered(store, one, Passphrase);

        Assert.Equal(0, store.Watchlist.Count);
        Assert.Empty(RawDatabase.Blobs(_to.Database, "SELECT body FROM persons"));
    }

    [Fact]
    public async Task Export_AnyPerson_IsNotReadableInTheFile()
    {
        var (bundle, persons) = await Exported(StoreFolder.Photo());

        Assert.Equal(-1, bundle.AsSpan().IndexOf("Person 0"u8));
        Assert.Equal(-1, bundle.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(persons[0].Id.Value)));
    }

    private static async Task AssertTampered(ApplianceStore store, byte[] bundle, string passphrase)
    {
        var fault = await Assert.ThrowsAsync<StoreException>(
            () => store.Bundles.Import(new MemoryStream(bundle), passphrase, ImportPolicy.Replace, StoreFolder.Someone));
        Assert.Equal(StoreFault.Tampered, fault.Fault);
    }

    private async Task<(byte[] Bundle, IReadOnlyList<Person> Persons)> Exported(NewPhoto photo)
    {
        await using var store = await _from.Open();
        for (var i = 0; i < 3; i++)
            await store.Watchlist.Add(StoreFolder.Entry($"Person {i}"), i == 0 ? [photo] : [], StoreFolder.Someone);
        var bundle = new MemoryStream();
        Assert.Equal(3, await store.Bundles.Export(bundle, Passphrase, StoreFolder.Someone));
        return (bundle.ToArray(), [.. store.Watchlist.List(new(), null, 10).Items.OrderBy(person => person.Name)]);
    }
}

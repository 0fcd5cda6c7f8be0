using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text;
using Appliance.Core.Recognition;
using Appliance.Store;
using Appliance.Store.Watchlist;

namespace Appliance.IntegrationTests.Store;

public sealed class WatchlistTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Add_ThenReopen_ReturnsPersonPhotoAndTemplate()
    {
        var photo = StoreFolder.Photo();
        Person person;
        await using (var store = await _folder.Open())
            person = (await store.Watchlist.Add(StoreFolder.Entry(notes: "scar, left"), [photo], StoreFolder.Someone)).Value!;

        await using var reopened = await _folder.Open();

        Assert.Equal(person, reopened.Watchlist.Find(person.Id));
        var info = Assert.Single((await reopened.Watchlist.Photos(person.Id))!);
        Assert.Equal((5000, "image/jpeg"), (info.Bytes, info.ContentType));
        Assert.Equal(photo.Image.ToArray(), (await reopened.Watchlist.ReadPhoto(person.Id, info.Id))!.Image);
        Assert.Equal(photo.Templates[0].Values, Assert.Single(await reopened.Watchlist.Templates(person.Id, "net-a")));
        Assert.Equal([person.Id], await reopened.Watchlist.WithoutTemplates("net-b"));
    }

    [Fact]
    public async Task Add_PhotosNotKept_StoresTheTemplateOnly()
    {
        await using var store = await _folder.Open(_folder.Options(keepPhotos: false));

        var person = (await store.Watchlist.Add(StoreFolder.Entry(), [StoreFolder.Photo()], StoreFolder.Someone)).Value!;

        var info = Assert.Single((await store.Watchlist.Photos(person.Id))!);
        Assert.Equal(0, info.Bytes);
        Assert.Null(await store.Watchlist.ReadPhoto(person.Id, info.Id));
        Assert.Single(await store.Watchlist.Templates(person.Id, "net-a"));
    }

    [Fact]
    public async Task Update_ConcurrentEditsOfOneVersion_OneWins()
    {
        await using var store = await _folder.Open();
        var person = (await store.Watchlist.Add(StoreFolder.Entry(), [], StoreFolder.Someone)).Value!;

        var results = await Task.WhenAll(Enumerable.Range(0, 20).Select(
            i => store.Watchlist.Update(person.Id, 1, StoreFolder.Entry($"Name {i}"), StoreFolder.Someone)));

        Assert.Single(results, result => result.IsDone);
        Assert.Equal(19, results.Count(result => result.Status == ChangeStatus.VersionConflict));
        Assert.Equal(2, store.Watchlist.Find(person.Id)!.Version);
    }

    [Fact]
    public async Task Update_BadEntry_NamesEveryFault()
    {
        await using var store = await _folder.Open();

        var result = await store.Watchlist.Add(
            new() { Name = " ", Category = new('x', 65), LegalBasis = "a\u0007" }, [], StoreFolder.Someone);

        Assert.Equal(ChangeStatus.Refused, result.Status);
        Assert.Equal(
            "name must not be empty; category must not be longer than 64 characters; legalBasis must not hold control characters", result.Reason);
    }

    [Fact]
    public async Task Files_WithEverythingStored_HoldNothingPlain()
    {
        await using var store = await _folder.Open();
        var photo = StoreFolder.Photo();
        var person = (await store.Watchlist.Add(
            StoreFolder.Entry("Jane Exampleton", "remarkable-notes") with { Reviewer = "reviewer-named-so" }, [photo], StoreFolder.Someone)).Value!;
        await store.Alerts.Append(StoreFolder.Alert(name: "Jane Exampleton"), default);
        var alert = (await store.Alerts.List(new(), null, 1)).Items[0].Alert.Id;
        await store.Alerts.Review(alert, null, Appliance.Store.Alerts.ReviewAction.Confirm, "comment-in-clear", StoreFolder.Someone);
        await store.Settings.Put("cameras/gate", """{"url":"rtsp://root:hunter2secret@cam/1"}""", null, StoreFolder.Someone);
        await store.Watchlist.Update(person.Id, null, StoreFolder.Entry("Joan Otherwise"), StoreFolder.Someone);

        foreach (var text in (string[])["Exampleton", "Joan", "remarkable-notes", "reviewer-named-so", "court order", "comment-in-clear", "hunter2secret"])
            Assert.False(_folder.Holds(Encoding.UTF8.GetBytes(text)), text);
        Assert.False(_folder.Holds(photo.Image.Span[..64]));
        Assert.False(_folder.Holds(MemoryMarshal.AsBytes(photo.Templates[0].Values.AsSpan(0, 16))));
        Assert.True(_folder.Holds(Encoding.UTF8.GetBytes(person.Id.Value)), "the scan reads what is there");
    }

    [Fact]
    public async Task Remove_AmongMany_LeavesNoTraceOfTheRecordsNotEvenEncrypted()
    {
        await using var store = await _folder.Open();
        var persons = new List<Person>();
        for (var i = 0; i < 20; i++)
            persons.Add((await store.Watchlist.Add(StoreFolder.Entry($"Person {i}"), [StoreFolder.Photo(), StoreFolder.Photo(300)], StoreFolder.Someone)).Value!);
        var target = persons[7];
        var before = Ciphertexts(target.Id);
        Assert.All(before, bytes => Assert.True(_folder.Holds(bytes)));

        await store.Watchlist.Remove(target.Id, null, false, StoreFolder.Someone);

        Assert.Null(store.Watchlist.Find(target.Id));
        Assert.All(before, bytes => Assert.False(_folder.Holds(bytes)));
        Assert.Equal(19, store.Watchlist.Count);
    }

    [Fact]
    public async Task Remove_ForgetInAlerts_BlanksTheName()
    {
        await using var store = await _folder.Open();
        var person = (await store.Watchlist.Add(StoreFolder.Entry("Jane"), [], StoreFolder.Someone)).Value!;
        var alert = StoreFolder.Alert(name: "Jane");
        await store.Alerts.Append(alert with { Match = alert.Match! with { Person = person.Id } }, default);

        await store.Watchlist.Remove(person.Id, 1, forgetInAlerts: true, StoreFolder.Someone);

        Assert.Equal("", (await store.Alerts.Find(alert.Id))!.Alert.Match!.Name);
    }

    [Fact]
    public async Task Templates_SwappedBetweenPersonsInTheFile_DoNotOpen()
    {
        PersonId first, second;
        await using (var store = await _folder.Open())
        {
            first = (await store.Watchlist.Add(StoreFolder.Entry("A"), [StoreFolder.Photo()], StoreFolder.Someone)).Value!.Id;
            second = (await store.Watchlist.Add(StoreFolder.Entry("B"), [StoreFolder.Photo()], StoreFolder.Someone)).Value!.Id;
        }

        RawDatabase.Run(_folder.Database, "UPDATE templates SET body = (SELECT body FROM templates t WHERE t.key <> templates.key)");
        await using var reopened = await _folder.Open();

        var fault = await Assert.ThrowsAsync<StoreException>(() => reopened.Watchlist.Templates(first, "net-a"));
        Assert.Equal(StoreFault.Tampered, fault.Fault);
    }

    [Fact]
    public async Task Version_AnyChange_ChangesNumberAndHash()
    {
        await using var store = await _folder.Open();
        var empty = await store.Watchlist.Version();
        var person = (await store.Watchlist.Add(StoreFolder.Entry(), [], StoreFolder.Someone)).Value!;
        var added = await store.Watchlist.Version();
        await store.Watchlist.AddPhoto(person.Id, 1, StoreFolder.Photo(), StoreFolder.Someone);
        var taught = await store.Watchlist.Version();

        Assert.Equal([0L, 1L, 2L], new[] { empty.Version, added.Version, taught.Version });
        Assert.Equal(3, new[] { empty.Hash, added.Hash, taught.Hash }.Distinct().Count());
    }

    [Fact]
    public async Task Feed_ChangesAndExpiry_KeepTheIndexTrue()
    {
        var clock = new SetClock();
        await using var store = await _folder.Open(clock: clock);
        var stays = (await store.Watchlist.Add(StoreFolder.Entry("A"), [StoreFolder.Photo()], StoreFolder.Someone)).Value!;
        var expires = (await store.Watchlist.Add(
            StoreFolder.Entry("B") with { ExpiresAt = clock.GetUtcNow() + TimeSpan.FromMinutes(5) }, [StoreFolder.Photo()], StoreFolder.Someone)).Value!;
        await store.Watchlist.Add(
            StoreFolder.Entry("C") with { ExpiresAt = clock.GetUtcNow() }, [StoreFolder.Photo()], StoreFolder.Someone);
        var index = new ListIndex();

        using var feed = await store.Watchlist.Feed(index);
        Assert.Equal(new[] { stays.Id, expires.Id }.OrderBy(id => id.Value, StringComparer.Ordinal), index.Persons);

        var added = (await store.Watchlist.Add(StoreFolder.Entry("D"), [StoreFolder.Photo()], StoreFolder.Someone)).Value!;
        Assert.Equal((added.Id, 1), await index.Next());
        // The feed may be about to wait for the moment that has just passed: then the next one comes.
        var expired = index.Next();
        while (!expired.IsCompleted)
        {
            clock.Advance(TimeSpan.FromMinutes(6));
            await Task.WhenAny(expired, Task.Delay(100));
        }

        Assert.Equal((expires.Id, 0), await expired);
        await store.Watchlist.Remove(added.Id, null, false, StoreFolder.Someone);
        Assert.Equal((added.Id, 0), await index.Next());
        Assert.Equal([stays.Id], index.Persons);
    }

    private List<byte[]> Ciphertexts(PersonId person) => RawDatabase.Blobs(
        _folder.Database,
        $"SELECT body FROM persons WHERE id = '{person}' UNION ALL SELECT templates.body FROM templates JOIN persons ON persons.key = person "
        + $"WHERE persons.id = '{person}' UNION ALL SELECT substr(image, -100) FROM photos JOIN persons ON persons.key = person WHERE persons.id = '{person}'")
        .ConvertAll(blob => blob[^60..]);

    private sealed class ListIndex : IWatchlistIndex
    {
        private readonly System.Threading.Channels.Channel<(PersonId, int)> _puts = System.Threading.Channels.Channel.CreateUnbounded<(PersonId, int)>();
        private readonly ConcurrentDictionary<PersonId, int> _persons = new();
        private int _filled;

        public string Model => "net-a";

        public int Count => _persons.Values.Sum();

        public IEnumerable<PersonId> Persons
        {
            get
            {
                _filled = 1;
                return _persons.Where(person => person.Value > 0).Select(person => person.Key).OrderBy(id => id.Value, StringComparer.Ordinal);
            }
        }

        public int Search(ReadOnlySpan<float> template, Span<Candidate> best) => 0;

        public void Search(ReadOnlySpan<float> templates, int perTemplate, Span<Candidate> best, Span<int> found) => found.Clear();

        public void Load(IEnumerable<(PersonId Person, IReadOnlyList<float[]> Templates)> watchlist)
        {
            foreach (var (person, templates) in watchlist)
                Put(person, templates);
        }

        public void Put(PersonId person, IReadOnlyList<float[]> templates)
        {
            _persons[person] = templates.Count;
            if (_filled == 1)
                _puts.Writer.TryWrite((person, templates.Count));
        }

        public async Task<(PersonId, int)> Next() => await _puts.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(90));
    }
}

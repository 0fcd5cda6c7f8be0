using Appliance.Store;
using Appliance.Store.Audit;
using Appliance.Store.Settings;

namespace Appliance.IntegrationTests.Store;

public sealed class AuditAndSettingsTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("UPDATE audit SET summary = 'nothing' WHERE seq = 3", 3)]
    [InlineData("DELETE FROM audit WHERE seq = 3", 4)]
    [InlineData("UPDATE audit SET at = at + 1 WHERE seq = 5", 5)]
    public async Task Verify_ChangedInTheFile_NamesTheFirstBadRow(string sql, long brokenAt)
    {
        await using (var store = await _folder.Open())
        {
            for (var i = 0; i < 6; i++)
                await store.Audit.Append(StoreFolder.Someone, "output.test", $"siren{i}", "pulsed");
            Assert.True((await store.Audit.Verify()).Holds);
        }

        RawDatabase.Run(_folder.Database, "DROP TRIGGER audit_is_final; DROP TRIGGER audit_is_kept; " + sql);
        await using var reopened = await _folder.Open();

        Assert.Equal(brokenAt, (await reopened.Audit.Verify()).BrokenAt);
    }

    [Fact]
    public async Task Table_OfTheAuditLog_RefusesChanges()
    {
        await (await _folder.Open()).DisposeAsync();
        RawDatabase.Run(_folder.Database, "INSERT INTO audit VALUES (1, 0, '', '', '', '', '', x'')");

        Assert.ThrowsAny<Exception>(() => RawDatabase.Run(_folder.Database, "DELETE FROM audit"));
        Assert.ThrowsAny<Exception>(() => RawDatabase.Run(_folder.Database, "UPDATE audit SET actor = 'x'"));
    }

    [Fact]
    public async Task List_FilteredAndPaged_NewestFirst()
    {
        await using var store = await _folder.Open();
        for (var i = 0; i < 7; i++)
            await store.Audit.Append(new(i % 2 == 0 ? "alice" : "bob", "::1"), i < 4 ? "camera.add" : "camera.remove", $"cam{i}", "text \u0000 '; --");

        var first = await store.Audit.List(new() { Actor = "alice", Action = "camera." }, null, 3);
        var rest = await store.Audit.List(new() { Actor = "alice", Action = "camera." }, first.Next, 3);

        Assert.Equal(["cam6", "cam4", "cam2"], first.Items.Select(entry => entry.Target));
        Assert.Equal(["cam0"], rest.Items.Select(entry => entry.Target));
        Assert.Null(rest.Next);
        Assert.Equal(3, (await store.Audit.List(new() { Action = "camera.remove" }, null, 10)).Items.Count);
        Assert.True((await store.Audit.Verify()).Holds);
    }

    [Fact]
    public async Task Put_ConcurrentEditsOfOneVersion_OneWins()
    {
        await using var store = await _folder.Open();
        var seen = new List<string?>();
        store.Settings.Changed += (key, document) => seen.Add($"{key} {document?.Version}");
        await store.Settings.Put("rules", """{"n":0}""", 0, StoreFolder.Someone);

        var results = await Task.WhenAll(Enumerable.Range(1, 10).Select(
            n => store.Settings.Put("rules", $$"""{"n":{{n}}}""", 1, StoreFolder.Someone)));
        await store.Settings.Remove("rules", 2, StoreFolder.Someone);

        Assert.Single(results, result => result.IsDone);
        Assert.Equal(["rules 1", "rules 2", "rules "], seen);
        Assert.Null(await store.Settings.Get("rules"));
    }

    [Theory]
    [InlineData("../etc/passwd", "{}")]
    [InlineData("a b", "{}")]
    [InlineData("fine", "{")]
    [InlineData("fine", "")]
    public async Task Put_BadKeyOrDocument_IsRefused(string key, string json)
    {
        await using var store = await _folder.Open();

        Assert.Equal(ChangeStatus.Refused, (await store.Settings.Put(key, json, null, StoreFolder.Someone)).Status);
    }

    [Fact]
    public async Task Put_DocumentWithSecrets_AuditNamesFieldsOnly()
    {
        await using var store = await _folder.Open();
        await store.Settings.Put("cameras/gate", """{"url":"rtsp://root:hunter2@cam/1","fps":5,"password":"p"}""", null, StoreFolder.Someone);
        await store.Settings.Put("cameras/gate", """{"url":"rtsp://root:hunter3@cam/1","fps":10,"password":"q"}""", null, StoreFolder.Someone);

        var entry = (await store.Audit.List(new() { Target = "cameras/gate" }, null, 1)).Items[0];

        Assert.Equal("fps: 5 → 10; password changed; url changed", entry.Summary);
        Assert.Equal(["cameras/gate"], (await store.Settings.List("cameras/")).Select(document => document.Key));
    }
}

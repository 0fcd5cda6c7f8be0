using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Daemon;

/// <summary>Enrolment and search with the real models.</summary>
public class WatchlistEndpointTests : IAsyncLifetime
{
    private readonly RunningBox _box = new();

    public Task InitializeAsync() => _box.InitializeAsync();

    public Task DisposeAsync() => _box.DisposeAsync();

    [Fact]
    public async Task Persons_CrudWithPages_Works()
    {
        for (var i = 0; i < 5; i++)
            await AddPerson($"Person {i}");

        var first = await RunningBox.Json(await _box.Operator.GetAsync("/api/v1/watchlist/persons?limit=3"), HttpStatusCode.OK);
        var second = await RunningBox.Json(
            await _box.Operator.GetAsync($"/api/v1/watchlist/persons?limit=3&cursor={first["next"]}"), HttpStatusCode.OK);
        Assert.Equal(
            ["Person 0", "Person 1", "Person 2", "Person 3", "Person 4"],
            first["items"]!.AsArray().Concat(second["items"]!.AsArray()).Select(item => (string)item!["name"]!));
        Assert.Null(second["next"]);

        var path = $"/api/v1/watchlist/persons/{first["items"]![0]!["id"]}";
        var changed = await _box.Operator.SendAsync(RunningBox.Change(
            HttpMethod.Put, path, "\"1\"", JsonContent.Create(new { name = "Other", category = "vip", legalBasis = "contract" })));
        Assert.Equal("vip", (string)(await RunningBox.Json(changed, HttpStatusCode.OK))["category"]!);
        await RunningBox.Problem(
            await _box.Operator.SendAsync(RunningBox.Change(
                HttpMethod.Put, path, "\"1\"", JsonContent.Create(new { name = "Late", category = "c", legalBasis = "l" }))),
            412, "precondition-failed");
        var faulty = await RunningBox.Problem(
            await _box.Operator.SendAsync(RunningBox.Change(
                HttpMethod.Put, path, "\"2\"", JsonContent.Create(new { name = " ", category = new string('c', 65), legalBasis = "l" }))),
            400, "validation");
        Assert.Equal(["category", "name"], faulty["errors"]!.AsObject().Select(error => error.Key).Order());
    }

    [SharedFact]
    public async Task Photos_Enrolled_AreFoundByAnotherPhoto_AndGoneWhenRemoved()
    {
        var photos = PhotosOf("obama");
        var obama = await AddPerson("Barack");
        var added = await PostPhoto(obama, photos[0]);
        await RunningBox.Json(added, HttpStatusCode.Created);

        var again = await AddPerson("Somebody else");
        var refused = await RunningBox.Problem(await PostPhoto(again, photos[0]), 422, "photo-refused");
        Assert.Equal("looksLikeAnother", (string)refused["reasons"]![0]!["reason"]!);
        Assert.Equal(obama, (string)refused["reasons"]![0]!["person"]!);

        var found = await Search(photos[^1]);
        var best = found["faces"]![0]!["candidates"]![0]!;
        Assert.Equal(("Barack", true), ((string)best["name"]!, (bool)best["isMatch"]!));
        var stranger = await Search(PhotosOf("kit_harington")[0]);
        Assert.DoesNotContain(stranger["faces"]![0]!["candidates"]!.AsArray(), candidate => (bool)candidate!["isMatch"]!);

        var id = (string)(await RunningBox.Json(await _box.Operator.GetAsync($"/api/v1/watchlist/persons/{obama}/photos"), HttpStatusCode.OK))[0]!["id"]!;
        Assert.Equal(await File.ReadAllBytesAsync(photos[0]), await _box.Operator.GetByteArrayAsync($"/api/v1/watchlist/persons/{obama}/photos/{id}"));
        Assert.Equal(
            HttpStatusCode.NoContent,
            (await _box.Operator.SendAsync(RunningBox.Change(HttpMethod.Delete, $"/api/v1/watchlist/persons/{obama}", "*"))).StatusCode);
        Assert.Empty((await Search(photos[^1]))["faces"]![0]!["candidates"]!.AsArray());
    }

    [SharedFact]
    public async Task Photo_OfAGroup_IsRefused()
    {
        var id = await AddPerson("Group");

        var refused = await RunningBox.Problem(
            await PostPhoto(id, Path.Combine(Checkout.Shared, "media", "watchlist", "group_obama_and_biden.jpg")), 422, "photo-refused");

        Assert.Equal("severalFaces", (string)refused["reasons"]![0]!["reason"]!);
    }

    [SharedFact]
    public async Task Photo_WithoutAFace_IsRefused()
    {
        var id = await AddPerson("Landscape");
        // The smallest grey PNG that is a picture: 1×1.
        var grey = Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==");

        var refused = await RunningBox.Problem(await PostPhoto(id, grey, "image/png"), 422, "photo-refused");

        Assert.Equal("noFace", (string)refused["reasons"]![0]!["reason"]!);
    }

    [SharedFact]
    public async Task Bundle_ExportedAndImported_BringsEverybodyBack()
    {
        var id = await AddPerson("Exported");
        await RunningBox.Json(await PostPhoto(id, PhotosOf("rose_leslie")[0]), HttpStatusCode.Created);
        using var export = await _box.Admin.PostAsJsonAsync("/api/v1/watchlist/export", new { passphrase = "a long passphrase" });
        Assert.Equal(HttpStatusCode.OK, export.StatusCode);
        var bundle = await export.Content.ReadAsByteArrayAsync();
        await _box.Operator.SendAsync(RunningBox.Change(HttpMethod.Delete, $"/api/v1/watchlist/persons/{id}", "*"));

        Assert.Equal(HttpStatusCode.BadRequest, (await Import(bundle, "the wrong passphrase")).StatusCode);
        Assert.Equal(1, (int)(await RunningBox.Json(await Import(bundle, "a long passphrase"), HttpStatusCode.OK))["added"]!);

        await RunningBox.Json(await _box.Operator.GetAsync($"/api/v1/watchlist/persons/{id}"), HttpStatusCode.OK);
    }

    private Task<HttpResponseMessage> Import(byte[] bundle, string passphrase)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/watchlist/import?policy=skip") { Content = new ByteArrayContent(bundle) };
        request.Content.Headers.ContentType = new("application/octet-stream");
        request.Headers.Add("Watchpost-Passphrase", passphrase);
        return _box.Admin.SendAsync(request);
    }

    private static string[] PhotosOf(string person) =>
        [.. Directory.GetFiles(Path.Combine(Checkout.Shared, "media", "watchlist", person)).Order(StringComparer.Ordinal)];

    private async Task<JsonNode> Search(string photo)
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(await File.ReadAllBytesAsync(photo)), "photo", "../../x.jpg" } };
        return await RunningBox.Json(await _box.Operator.PostAsync("/api/v1/watchlist/search", form), HttpStatusCode.OK);
    }

    private async Task<HttpResponseMessage> PostPhoto(string id, string file) =>
        await PostPhoto(id, await File.ReadAllBytesAsync(file), "image/jpeg");

    private Task<HttpResponseMessage> PostPhoto(string id, byte[] photo, string contentType) => _box.Operator.PostAsync(
        $"/api/v1/watchlist/persons/{id}/photos",
        new ByteArrayContent(photo) { Headers = { ContentType = new MediaTypeHeaderValue(contentType) } });

    private async Task<string> AddPerson(string name)
    {
        var person = await RunningBox.Json(
            await _box.Operator.PostAsJsonAsync("/api/v1/watchlist/persons", new { name, category = "banned", legalBasis = "test" }),
            HttpStatusCode.Created);
        return (string)person["id"]!;
    }
}

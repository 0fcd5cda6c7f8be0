using Appliance.Core;
using Appliance.Core.Alerts;
using Appliance.Store;
using Appliance.Store.Audit;
using Appliance.Store.Watchlist;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.IntegrationTests.Store;

/// <summary>A data folder of its own, gone afterwards.</summary>
public sealed class StoreFolder : IDisposable
{
    public static readonly Actor Someone = new("alice", "192.0.2.7");

    public string Path { get; } = Directory.CreateTempSubdirectory("watchpost-store-").FullName;

    public string Database => System.IO.Path.Combine(Path, "watchpost.db");

    public StoreOptions Options(
        long maxBytes = 0, bool twoPersons = false, bool keepPhotos = true, string[]? destinations = null) => new()
        {
            DataDirectory = Path,
            MaxDatabaseBytes = maxBytes,
            TwoPersonConfirmation = twoPersons,
            KeepPhotos = keepPhotos,
            ReserveBytes = 0,
            Destinations = destinations ?? ["mqtt.native"],
        };

    public Task<ApplianceStore> Open(StoreOptions? options = null, TimeProvider? clock = null) =>
        ApplianceStore.Open(options ?? Options(), clock ?? TimeProvider.System, NullLoggerFactory.Instance);

    public static Alert Alert(string camera = "gate", string? name = null, Severity severity = Severity.Warning) => new()
    {
        Id = new(Ulid.New(DateTimeOffset.UtcNow)),
        BootId = Guid.NewGuid(),
        Kind = name is null ? AlertKinds.UnknownFace : AlertKinds.Watchlist,
        Severity = severity,
        Camera = new(camera),
        Utc = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()),
        Box = new(1, 2, 3, 4),
        Match = name is null ? null : new(new("01PERSON"), name, "banned", 0.8f, 0.3f, 0.5f, 4),
        Models = ["detector", "embedder"],
    };

    public static PersonEntry Entry(string name = "Jane Exampleton", string notes = "") => new()
    {
        Name = name,
        Category = "banned",
        LegalBasis = "court order 12/2026",
        Notes = notes,
    };

    /// <summary>Random bytes in the places of pixels and of a template of "net-a".</summary>
    public static NewPhoto Photo(int imageBytes = 5000, int dimensions = 256, string model = "net-a")
    {
        var image = new byte[imageBytes];
        Random.Shared.NextBytes(image);
        var values = Enumerable.Range(0, dimensions).Select(_ => Random.Shared.NextSingle()).ToArray();
        return new("image/jpeg", image, [new(model, values)], 0.9f);
    }

    /// <summary>Whether any file of the folder, keys aside, holds these bytes.</summary>
    public bool Holds(ReadOnlySpan<byte> bytes)
    {
        foreach (var file in Directory.EnumerateFiles(Path).Where(file => !file.EndsWith("/lock", StringComparison.Ordinal)))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var content = new byte[stream.Length];
            stream.ReadExactly(content);
            if (content.AsSpan().IndexOf(bytes) >= 0)
                return true;
        }

        return false;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

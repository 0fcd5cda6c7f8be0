using System.Text.Json;
using Appliance.Store.Audit;

namespace Appliance.Store.Settings;

/// <summary>A stored document.</summary>
/// <param name="Key">1–128 of <c>[a-z0-9._/-]</c>, e.g. <c>cameras/gate</c>.</param>
/// <param name="Version">+1 on every change; the ETag.</param>
/// <param name="Json">The document.</param>
/// <param name="UpdatedAt">UTC.</param>
public sealed record SettingsDocument(string Key, int Version, string Json, DateTimeOffset UpdatedAt)
{
    public T? Read<T>(JsonSerializerOptions? options = null) => JsonSerializer.Deserialize<T>(Json, options);
}

/// <summary>
/// What was changed over REST: JSON documents by key, encrypted on disk because they hold stream passwords. The audit row names
/// the fields that changed, never the value of a secret one.
/// </summary>
public sealed class SettingsStore
{
    /// <summary>Raised after a change is durable, on the writer's thread; null = removed.</summary>
    public event Action<string, SettingsDocument?>? Changed { add => throw new NotImplementedException(); remove => throw new NotImplementedException(); }

    public Task<SettingsDocument?> Get(string key, CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>In order of key.</summary>
    public Task<IReadOnlyList<SettingsDocument>> List(string prefix, CancellationToken cancel = default) =>
        throw new NotImplementedException();

    /// <param name="key">Which.</param>
    /// <param name="json">A JSON document up to 1 MiB.</param>
    /// <param name="ifMatch">Version the caller saw; 0 = must not exist; null = whatever is current.</param>
    /// <param name="by">Who changes it.</param>
    /// <param name="cancel">Gives up waiting; the change may still happen.</param>
    public Task<Change<SettingsDocument>> Put(
        string key, string json, int? ifMatch, Actor by, CancellationToken cancel = default) =>
        throw new NotImplementedException();

    public Task<Change<SettingsDocument>> Remove(string key, int? ifMatch, Actor by, CancellationToken cancel = default) =>
        throw new NotImplementedException();
}

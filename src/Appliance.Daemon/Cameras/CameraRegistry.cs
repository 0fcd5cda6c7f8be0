using System.Text.Json;
using System.Text.Json.Serialization;
using Appliance.Capture.Cameras;
using Appliance.Core.Cameras;
using Appliance.Daemon.Pipeline;
using Appliance.Store;
using Appliance.Store.Audit;

namespace Appliance.Daemon.Cameras;

/// <summary>A camera with its configuration's version.</summary>
/// <param name="Status">As it is now.</param>
/// <param name="Version">+1 on every change over REST; 0 = as in the file.</param>
/// <param name="InFile">Whether the configuration file knows it.</param>
internal sealed record RegisteredCamera(CameraStatus Status, int Version, bool InFile);

/// <summary>
/// The cameras of the file and those added or changed over REST, which are kept in the settings store (encrypted: they hold
/// passwords) and replace the file's of the same id. Changes apply at once.
/// </summary>
internal sealed class CameraRegistry(ApplianceRuntime runtime)
{
    private const string Prefix = "cameras/";
    private const int MaxCameras = 64;

    private static readonly JsonSerializerOptions s_json = new()
    {
        IgnoreReadOnlyProperties = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly SemaphoreSlim _changing = new(1, 1);

    /// <summary>What was stored, for the start of the pipeline.</summary>
    public static async Task<IReadOnlyList<CameraOptions>> ReadStored(ApplianceStore store) =>
        [.. (await store.Settings.List(Prefix)).Select(document => document.Read<CameraOptions>(s_json)).OfType<CameraOptions>()];

    public async Task<IReadOnlyList<RegisteredCamera>> List(CancellationToken cancel)
    {
        var versions = (await runtime.Store.Settings.List(Prefix, cancel))
            .ToDictionary(document => document.Key[Prefix.Length..], document => document.Version, StringComparer.Ordinal);
        return [.. runtime.Pipeline.Cameras.All.Select(status =>
            new RegisteredCamera(status, versions.GetValueOrDefault(status.Options.Id), IsInFile(status.Options.Id)))];
    }

    public async Task<RegisteredCamera?> Find(string id, CancellationToken cancel)
    {
        if (runtime.Pipeline.Cameras.Find(new CameraId(id)) is not { } status)
            return null;

        var document = await runtime.Store.Settings.Get(Prefix + id, cancel);
        return new(status, document?.Version ?? 0, IsInFile(id));
    }

    /// <summary>A new camera. Refused when the id is taken.</summary>
    public async Task<Change<RegisteredCamera>> Add(CameraOptions options, Actor by, CancellationToken cancel)
    {
        await _changing.WaitAsync(cancel);
        try
        {
            if (runtime.Pipeline.Cameras.Find(options.CameraId) is not null)
                return Change<RegisteredCamera>.Refused($"there is a camera '{options.Id}' already");
            if (runtime.Pipeline.Cameras.All.Count >= MaxCameras)
                return Change<RegisteredCamera>.Refused($"there are {MaxCameras} cameras already, the most this box takes");

            return await Put(Normalize(options), 0, by, cancel);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>
    /// Another configuration of a camera. A password that is left out stays as it was, as long as the source stays the same: it
    /// must not be sent to another address.
    /// </summary>
    public async Task<Change<RegisteredCamera>> Update(CameraOptions options, int? ifMatch, Actor by, CancellationToken cancel)
    {
        await _changing.WaitAsync(cancel);
        try
        {
            if (runtime.Pipeline.Cameras.Find(options.CameraId) is not { } current)
                return Change<RegisteredCamera>.NotFound();

            return await Put(KeepPassword(Normalize(options), Normalize(current.Options)), ifMatch, by, cancel);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Removes a camera, or what was changed over REST in one of the file: that one then runs as the file says.</summary>
    public async Task<Change<RegisteredCamera>> Remove(string id, int? ifMatch, Actor by, CancellationToken cancel)
    {
        await _changing.WaitAsync(cancel);
        try
        {
            if (runtime.Pipeline.Cameras.Find(new CameraId(id)) is null)
                return Change<RegisteredCamera>.NotFound();

            var document = await runtime.Store.Settings.Get(Prefix + id, cancel);
            if (document is null)
            {
                return Change<RegisteredCamera>.Refused(
                    "this camera is in the configuration file: remove it there, or set enabled to false here");
            }

            var change = await runtime.Store.Settings.Remove(Prefix + id, ifMatch, by, cancel);
            if (!change.IsDone)
                return new(change.Status, null, change.Reason);

            if (runtime.Options.Cameras.FirstOrDefault(camera => camera.Id == id) is { } inFile)
                await runtime.Pipeline.Cameras.Put(inFile);
            else
                await runtime.Pipeline.Cameras.Remove(new CameraId(id));
            return new(ChangeStatus.Done, null, null);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Starts or stops a camera until told otherwise or restarted; the configuration stays.</summary>
    public async Task<RegisteredCamera?> Run(string id, bool run, Actor by, CancellationToken cancel)
    {
        if (!await runtime.Pipeline.Cameras.Run(new CameraId(id), run))
            return null;

        await runtime.Store.Audit.Append(by, run ? "camera.start" : "camera.stop", id, "", cancel);
        return await Find(id, cancel);
    }

    private async Task<Change<RegisteredCamera>> Put(CameraOptions options, int? ifMatch, Actor by, CancellationToken cancel)
    {
        var change = await runtime.Store.Settings.Put(
            Prefix + options.Id, JsonSerializer.Serialize(options, s_json), ifMatch, by, cancel);
        if (!change.IsDone)
            return new(change.Status, null, change.Reason);

        // Durable first: what runs is never ahead of what a restart would run.
        await runtime.Pipeline.Cameras.Put(options);
        return (await Find(options.Id, cancel)) is { } camera
            ? Change<RegisteredCamera>.Done(camera)
            : Change<RegisteredCamera>.NotFound();
    }

    private bool IsInFile(string id) => runtime.Options.Cameras.Any(camera => camera.Id == id);

    private static CameraOptions KeepPassword(CameraOptions wanted, CameraOptions current) =>
        wanted.Password is null && wanted.Source == current.Source && wanted.Username == current.Username
            ? CameraOptionsCopy.With(wanted, wanted.Source, wanted.Username, current.Password)
            : wanted;

    private static CameraOptions Normalize(CameraOptions options)
    {
        var (clean, username, password) = SourceText.Split(options.Source);
        return clean == options.Source
            ? options
            : CameraOptionsCopy.With(options, clean, options.Username ?? username, options.Password ?? password);
    }
}

using System.Text.Json;
using System.Text.Json.Serialization;
using Appliance.Core.Recognition;
using Appliance.Core.Rules;
using Appliance.Core.Rules.Engine;
using Appliance.Daemon.Pipeline;
using Appliance.Store;
using Appliance.Store.Audit;

namespace Appliance.Daemon.Settings;

/// <summary>A setting as it is in force.</summary>
/// <param name="Value">What counts.</param>
/// <param name="Version">+1 on every change over REST; 0 = as in the file.</param>
internal sealed record Setting<T>(T Value, int Version);

/// <summary>
/// Thresholds and rules that can be changed while the box runs. What was stored over REST replaces the section of the file until
/// it is removed; it applies from the next frame on.
/// </summary>
internal sealed class LiveSettings
{
    private const string RecognitionKey = "recognition";
    private const string RulesKey = "alerts";
    private const string EngineKey = "rules";

    private static readonly JsonSerializerOptions s_json = new()
    {
        IgnoreReadOnlyProperties = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly ApplianceRuntime _runtime;
    private readonly SemaphoreSlim _changing = new(1, 1);
    private Setting<RecognitionOptions> _recognition;
    private Setting<AlertsOptions> _rules;
    private Setting<RulesOptions> _engine;
    private RuleSet _set;

    private LiveSettings(
        ApplianceRuntime runtime, Setting<RecognitionOptions> recognition, Setting<AlertsOptions> rules, Setting<RulesOptions> engine)
    {
        (_runtime, _recognition, _rules, _engine) = (runtime, recognition, rules, engine);
        _set = new(engine.Value);
    }

    public Setting<RecognitionOptions> Recognition => Volatile.Read(ref _recognition);

    public Setting<AlertsOptions> Rules => Volatile.Read(ref _rules);

    /// <summary>Zones, schedules and rules.</summary>
    public Setting<RulesOptions> Engine => Volatile.Read(ref _engine);

    /// <summary>Reads what was stored and puts it into force.</summary>
    public static async Task<LiveSettings> OpenAsync(ApplianceRuntime runtime, CancellationToken cancel)
    {
        var settings = new LiveSettings(
            runtime,
            await Read(runtime, RecognitionKey, runtime.Options.Recognition, cancel),
            await Read(runtime, RulesKey, runtime.Options.Alerts, cancel),
            await ReadEngine(runtime, cancel));
        settings.Apply();
        return settings;
    }

    public Task<Change<Setting<RecognitionOptions>>> Put(
        RecognitionOptions recognition, int? ifMatch, Actor by, CancellationToken cancel) =>
        Make(() => Put(RecognitionKey, recognition, ifMatch, by, cancel), setting => _recognition = setting, cancel);

    public Task<Change<Setting<AlertsOptions>>> Put(AlertsOptions rules, int? ifMatch, Actor by, CancellationToken cancel) =>
        Make(() => Put(RulesKey, rules, ifMatch, by, cancel), setting => _rules = setting, cancel);

    public Task<Change<Setting<RulesOptions>>> Put(RulesOptions engine, int? ifMatch, Actor by, CancellationToken cancel) =>
        Make(() => Put(EngineKey, engine, ifMatch, by, cancel), setting => _engine = setting, cancel);

    /// <summary>Back to what the file says.</summary>
    public Task<Change<Setting<RulesOptions>>> ResetEngine(int? ifMatch, Actor by, CancellationToken cancel) =>
        Make(() => Reset(EngineKey, _runtime.Options.Rules, ifMatch, by, cancel), setting => _engine = setting, cancel);

    /// <summary>Back to what the file says.</summary>
    public Task<Change<Setting<RecognitionOptions>>> ResetRecognition(int? ifMatch, Actor by, CancellationToken cancel) =>
        Make(() => Reset(RecognitionKey, _runtime.Options.Recognition, ifMatch, by, cancel), setting => _recognition = setting, cancel);

    /// <summary>Back to what the file says.</summary>
    public Task<Change<Setting<AlertsOptions>>> ResetRules(int? ifMatch, Actor by, CancellationToken cancel) =>
        Make(() => Reset(RulesKey, _runtime.Options.Alerts, ifMatch, by, cancel), setting => _rules = setting, cancel);

    /// <summary>What was stored may name a time zone that an update of the system took away: then the file's rules count.</summary>
    private static async Task<Setting<RulesOptions>> ReadEngine(ApplianceRuntime runtime, CancellationToken cancel)
    {
        var stored = await Read(runtime, EngineKey, runtime.Options.Rules, cancel);
        return RulesCheck.Faults(stored.Value, new()).Any() ? new(runtime.Options.Rules, stored.Version) : stored;
    }

    private static async Task<Setting<T>> Read<T>(ApplianceRuntime runtime, string key, T inFile, CancellationToken cancel)
        where T : class =>
        await runtime.Store.Settings.Get(key, cancel) is { } document && document.Read<T>(s_json) is { } stored
            ? new(stored, document.Version)
            : new(inFile, 0);

    private async Task<Change<Setting<T>>> Put<T>(string key, T value, int? ifMatch, Actor by, CancellationToken cancel)
    {
        var change = await _runtime.Store.Settings.Put(key, JsonSerializer.Serialize(value, s_json), ifMatch, by, cancel);
        return change is { IsDone: true, Value: { } document }
            ? Change<Setting<T>>.Done(new(value, document.Version))
            : new(change.Status, null, change.Reason);
    }

    private async Task<Change<Setting<T>>> Reset<T>(string key, T inFile, int? ifMatch, Actor by, CancellationToken cancel)
    {
        var change = await _runtime.Store.Settings.Remove(key, ifMatch, by, cancel);
        return change.Status is ChangeStatus.Done or ChangeStatus.NotFound
            ? Change<Setting<T>>.Done(new(inFile, 0))
            : new(change.Status, null, change.Reason);
    }

    private async Task<Change<Setting<T>>> Make<T>(
        Func<Task<Change<Setting<T>>>> make, Action<Setting<T>> take, CancellationToken cancel)
    {
        await _changing.WaitAsync(cancel);
        try
        {
            var change = await make();
            if (change is { IsDone: true, Value: { } setting })
            {
                take(setting);
                Apply();
            }

            return change;
        }
        finally
        {
            _changing.Release();
        }
    }

    private void Apply()
    {
        // The same rules stay the same object: cameras then go on with what they know.
        if (!ReferenceEquals(_set.Options, Engine.Value))
            _set = new RuleSet(Engine.Value);
        _runtime.Pipeline.Apply(Recognition.Value, Rules.Value, _set);
    }
}

using System.Diagnostics;
using Appliance.Capture.Cameras;
using Appliance.Core;
using Appliance.Core.Alerts;
using Appliance.Core.Inputs;
using Appliance.Core.Rules.Sites;
using Appliance.Daemon.Pipeline;

namespace Appliance.Daemon.Sites;

/// <summary>Asks the rules of the box itself: after each change of an input, and every second for position, signals and time.</summary>
internal sealed class SiteWatch : IAsyncDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    private readonly ApplianceRuntime _runtime;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly SiteRules _rules = new();
    private readonly List<SiteFinding> _found = [];
    private readonly ITimer _timer;
    private Core.Rules.Engine.RuleSet? _adopted;

    public SiteWatch(ApplianceRuntime runtime, ILogger<SiteWatch> logger)
    {
        (_runtime, _logger) = (runtime, logger);
        runtime.Inputs.Changed += Changed;
        _timer = runtime.Clock.CreateTimer(_ => Look(), null, s_look, s_look);
    }

    public async ValueTask DisposeAsync()
    {
        _runtime.Inputs.Changed -= Changed;
        await _timer.DisposeAsync();
    }

    private void Changed(InputState input)
    {
        if (_runtime.Pipeline.Live.HasWatchers)
            _runtime.Pipeline.Live.Publish(new("input", input));
        Ask((now, utc) => _rules.Input(input.Id, input.Active, now, utc, _found), input);
    }

    private void Look() => Ask((now, utc) =>
    {
        foreach (var camera in _runtime.Pipeline.Cameras.All)
        {
            if (camera.Options.Enabled && camera.Health.State != CameraState.Stopped)
                _rules.Signal(camera.Options.CameraId, camera.Health.State is not (CameraState.Running or CameraState.Starting), now, utc, _found);
        }

        _rules.Locate(_runtime.Position?.Current, now, utc, _found);
        _rules.Step(now, utc, _found);
    });

    private void Ask(Action<TimeSpan, DateTimeOffset> ask, InputState? changed = null)
    {
        try
        {
            lock (_gate)
            {
                var now = Stopwatch.GetElapsedTime(0, _runtime.Clock.GetTimestamp());
                var utc = _runtime.Clock.GetUtcNow();
                Adopt(changed, now, utc);
                _found.Clear();
                ask(now, utc);
                foreach (var finding in _found)
                    Raise(finding, utc);
            }
        }
        catch (Exception error)
        {
            // A timer's exception would end the process.
            _logger.SiteFailed(error);
        }
    }

    /// <summary>New rules learn first how the inputs are: what was so before them is no change.</summary>
    private void Adopt(InputState? changed, TimeSpan now, DateTimeOffset utc)
    {
        var set = _runtime.Pipeline.Alerts.Policy.Rules;
        if (ReferenceEquals(set, _adopted))
            return;

        _adopted = set;
        _rules.Adopt(set);
        foreach (var input in _runtime.Inputs.States)
            _rules.Input(input.Id, input.Id == changed?.Id ? !changed.Active : input.Active, now, utc, []);
    }

    private void Raise(SiteFinding finding, DateTimeOffset utc) => _runtime.Pipeline.Alerts.Raise(new Alert
    {
        Id = new(Ulid.New(utc)),
        BootId = _runtime.Options.Identity.BootId,
        Kind = finding.Rule.AlertKind,
        Severity = finding.Rule.Actions.Severity,
        Camera = finding.Camera,
        Utc = utc,
        Detail = finding.Detail,
        Zone = finding.Place,
        Rule = finding.Rule.Id,
    });
}

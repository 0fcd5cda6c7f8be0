namespace Appliance.Daemon.Cli.Demo;

/// <summary>Whether the main job was done: the expected person by name on every camera, nobody else, and the siren.</summary>
internal sealed record DemoVerdict(IReadOnlyList<string> Faults)
{
    public bool Passed => Faults.Count == 0;

    public static DemoVerdict Of(
        string expected, IReadOnlyList<string> cameras, IReadOnlyList<ReceivedAlert> alerts, IReadOnlyList<(string Output, bool Active)> outputs)
    {
        var faults = new List<string>();
        foreach (var camera in cameras)
        {
            if (!alerts.Any(alert => alert.Camera == camera && alert.Name == expected))
                faults.Add($"{expected} walked past camera {camera}, and no alert named them");
        }

        foreach (var alert in alerts.Where(alert => alert.Name != expected))
            faults.Add($"camera {alert.Camera} alerted on {alert.Name ?? alert.Kind}, who is not the person looked for");
        foreach (var twice in alerts.GroupBy(alert => (string)alert.Body["id"]!).Where(same => same.Count() > 1))
            faults.Add($"alert {twice.Key} arrived {twice.Count()} times");
        if (!outputs.Any(output => output.Active))
            faults.Add("the siren stayed silent");
        return new(faults);
    }
}

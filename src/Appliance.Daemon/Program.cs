using Appliance.Daemon.Cli;
using Appliance.Daemon.Cli.Analyze;
using Appliance.Daemon.Cli.Chaos;
using Appliance.Daemon.Cli.Consume;
using Appliance.Daemon.Cli.Demo;
using Appliance.Daemon.Cli.Eval;
using Appliance.Daemon.Cli.Federation;
using Appliance.Daemon.Cli.Fleet;
using Appliance.Daemon.Cli.Models;
using Appliance.Daemon.Cli.Outputs;
using Appliance.Daemon.Cli.Rules;
using Appliance.Daemon.Cli.Scene;
using Appliance.Daemon.Cli.Simulate;
using Appliance.Daemon.Cli.Watchlist;

// Nothing loads ONNX Runtime before this line, and it reads the variable when it is loaded: no telemetry files on the box.
Environment.SetEnvironmentVariable("ORT_DISABLE_TELEMETRY", "1");

return await CommandLine.InvokeAsync(
    [
        new RunCommand(),
        new ConfigCommand(),
        new DoctorCommand(),
        new EnrollCommand(),
        new SearchCommand(),
        new AnalyzeCommand(),
        new OutboxCommand(),
        new ConsumeCommand(),
        new FleetCommand(),
        new NotifyCommand(),
        new SystemCommand(),
        new ChaosCommand(),
        new SimulateCommand(),
        new DemoCommand(),
        new EvidenceCommand(),
        new ModelsCommand(),
        new BenchCommand(),
        new FederationCommand(),
        new EvalCommand(),
        new SceneCommand(),
        new RulesCommand(),
        new OutputsCommand(),
    ],
    args);

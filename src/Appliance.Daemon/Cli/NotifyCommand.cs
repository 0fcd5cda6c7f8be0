using System.CommandLine;
using Appliance.Core.Alerts;
using Appliance.Daemon.Platform;
using Appliance.Daemon.Platform.Modem;
using Appliance.Delivery.Notifications;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.Daemon.Cli;

/// <summary><c>notify test</c>: does a webhook, a mail or a text message get through?</summary>
internal sealed class NotifyCommand : Command
{
    public NotifyCommand()
        : base("notify", "Webhooks, mails and text messages.") => Add(new TestCommand());

    private sealed class TestCommand : Verb
    {
        private readonly Argument<string> _name = new("NAME") { Description = "Name of the target in the section Notifications." };

        public TestCommand()
            : base("test", "Sends a sample to a target of the configuration, beside the daemon.") => Add(_name);

        protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            var options = CliConfiguration.Load(arguments).Options;
            var name = arguments.GetValue(_name)!;
            using var bus = new SystemBus(options.Platform.BusAddress);
            using var delivery = new NotificationDelivery(
                options.Notifications, Host.RuntimeOptionsFactory.From(options).Identity, _ => new NoOutbox(), new ModemManager(bus),
                TimeProvider.System, NullLoggerFactory.Instance);
            if (await delivery.Test(name, cancel) is not { } result)
            {
                throw new CliException(
                    $"there is no target '{name}'; there are: {string.Join(", ", delivery.Status.Select(target => target.Name))}", ExitCode.Usage);
            }

            output.Write(
                new { name, sent = result.Sent, reason = result.Reason },
                console => console.Profile.Out.Writer.WriteLine(result.Sent ? $"{name}: taken" : $"{name}: {result.Reason}"));
            return result.Sent ? ExitCode.Done : ExitCode.Failed;
        }
    }

    /// <summary>The queues are the daemon's.</summary>
    private sealed class NoOutbox : IOutbox
    {
        public string Destination => "";

        public long Depth => 0;

        public ValueTask<IReadOnlyList<OutboxItem>> Read(long afterRowId, int limit, CancellationToken cancel) => new([]);

        public ValueTask Complete(IReadOnlyCollection<long> rowIds, CancellationToken cancel) => default;

        public ValueTask WaitForMore(CancellationToken cancel) => new(Task.Delay(-1, cancel));
    }
}

using Appliance.Core.Rules.Sites;
using Appliance.Daemon.Platform.Modem;

namespace Appliance.Daemon.Sites;

/// <summary>Opens what the configuration names.</summary>
internal static class PositionSources
{
    /// <summary>Null: nothing is to know where the box is.</summary>
    public static IPositionSource? Open(PositionOptions options, ModemManager modem, TimeProvider clock, ILoggerFactory loggers) => options.Source switch
    {
        PositionSourceKind.Configured => new ConfiguredPosition(options, clock),
        PositionSourceKind.Gpsd => new GpsdClient(options, clock, loggers.CreateLogger<GpsdClient>()),
        PositionSourceKind.Modem => new ModemReceiver(modem, options, clock),
        _ => null,
    };

    private sealed class ConfiguredPosition(PositionOptions options, TimeProvider clock) : IPositionSource
    {
        public string Name => "configured";

        public Position? Current => new(options.Latitude, options.Longitude, 0, clock.GetUtcNow());

        public string? WhyNot => null;
    }
}

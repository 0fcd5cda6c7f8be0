using Appliance.Delivery.Outputs;

namespace Appliance.Daemon.Cli.Doctor;

/// <summary>The chip behind relays and sirens. Nothing is switched.</summary>
internal static class OutputChecks
{
    public static IEnumerable<Check> All(OutputsOptions outputs)
    {
        if (outputs.Driver == OutputDriverKind.Simulated)
        {
            yield return outputs.Lines.Count == 0
                ? Check.Ok("outputs", "none configured")
                : Check.Warn("outputs", $"{outputs.Lines.Count} outputs are simulated: nothing is switched", "set Outputs.Driver to Gpio on a board");
            yield break;
        }

        yield return Chip(outputs);
    }

    private static Check Chip(OutputsOptions outputs)
    {
        try
        {
            using var chip = File.Open(outputs.Chip, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            return Check.Ok("outputs", $"{outputs.Chip}, {outputs.Lines.Count} lines");
        }
        catch (UnauthorizedAccessException)
        {
            return Check.Fail("outputs", $"{outputs.Chip}: access denied", "usermod -aG gpio watchpost, then restart the service");
        }
        catch (IOException error)
        {
            return Check.Fail("outputs", error.Message, "see gpiodetect for the chip's name; set Outputs.Chip");
        }
    }
}

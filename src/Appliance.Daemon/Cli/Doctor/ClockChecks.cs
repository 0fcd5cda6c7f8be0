namespace Appliance.Daemon.Cli.Doctor;

/// <summary>Whether the time of an alert can be believed.</summary>
internal static class ClockChecks
{
    // systemd-timesyncd makes the first, chrony and ntpd keep the others.
    private static readonly string[] s_signs = ["/run/systemd/timesync/synchronized", "/run/chrony/chronyd.pid", "/run/ntpd.pid"];

    public static IEnumerable<Check> All(DateTimeOffset now)
    {
        var built = File.GetLastWriteTimeUtc(typeof(ClockChecks).Assembly.Location);
        if (now.UtcDateTime < built - TimeSpan.FromDays(1))
            yield return Check.Fail("clock", $"{now:O} is before this program was built", "set the clock: timedatectl set-ntp true");
        else if (s_signs.FirstOrDefault(File.Exists) is { } sign)
            yield return Check.Ok("clock", $"{now:yyyy-MM-dd HH:mm:ss}Z, kept by {sign}");
        else
            yield return Check.Warn("clock", $"{now:yyyy-MM-dd HH:mm:ss}Z, nothing keeps it right", "timedatectl set-ntp true, or install chrony");

        yield return File.Exists("/dev/rtc0")
            ? Check.Ok("clock battery", "/dev/rtc0")
            : Check.Warn("clock battery", "no hardware clock: the time is wrong after a power cut until the network is there", "use a board or hat with an RTC");
    }
}

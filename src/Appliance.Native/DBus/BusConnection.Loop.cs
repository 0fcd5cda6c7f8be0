using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Appliance.Native.DBus;

// The connection's thread. Nothing here is called from another one.
public sealed unsafe partial class BusConnection
{
    // Calls whose answer is awaited, by the number that the answer will name.
    private readonly Dictionary<ulong, TaskCompletionSource<BusReply>> _waiting = [];
    private BusHandle? _bus;

    private void Run()
    {
        BusException? reason = null;
        try
        {
            Open();
            _ready.TrySetResult();
            while (!IsStopping())
            {
                RunWork();
                if (Process() == 0)
                    Wait();
            }
        }
        catch (Exception error)
        {
            reason = error as BusException ?? new(BusException.Failed, error.Message);
        }
        finally
        {
            Close(reason);
        }
    }

    private void Open()
    {
        try
        {
            if (_address is null)
            {
                Check(NativeMethods.sd_bus_open_system(out _bus), "system bus");
            }
            else
            {
                Check(NativeMethods.sd_bus_new(out _bus), "bus");
                Check(NativeMethods.sd_bus_set_address(_bus, _address), "address");
                Check(NativeMethods.sd_bus_set_bus_client(_bus, 1), "bus");
                Check(NativeMethods.sd_bus_start(_bus), $"bus at {_address}");
            }

            Check(NativeMethods.sd_bus_get_unique_name(_bus, out _), $"bus at {_address ?? "the system's address"}");
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            throw new BusException(BusException.Failed, $"{NativeMethods.Library} is missing or too old (apt install libsystemd0)");
        }
    }

    private bool IsStopping()
    {
        lock (_lock)
            return _stopping;
    }

    private void RunWork()
    {
        while (true)
        {
            Action work;
            lock (_lock)
            {
                if (!_work.TryDequeue(out work!))
                    return;
            }

            work();
        }
    }

    private void Send(BusCall call, TaskCompletionSource<BusReply> answer)
    {
        if (answer.Task.IsCompleted)
            return;

        try
        {
            if (_bus is null)
                throw new BusException(BusException.IsDisconnected, "the connection to the bus is over");

            Check(
                NativeMethods.sd_bus_message_new_method_call(_bus, out var message, call.Destination, call.Path, call.Interface, call.Member),
                $"{call.Interface}.{call.Member}");
            using (message)
            {
                MessageWriter.Append(message, call.Signature, call.Arguments);
                Check(NativeMethods.sd_bus_send(_bus, message, out var cookie), $"{call.Interface}.{call.Member}");
                _waiting[cookie] = answer;
            }
        }
        catch (BusException error)
        {
            answer.TrySetException(error);
        }
        catch (Exception error) when (error is InvalidCastException or OverflowException or FormatException)
        {
            answer.TrySetException(new BusException(BusException.Failed, $"{call.Member}: arguments do not fit '{call.Signature}'"));
        }
    }

    /// <summary>One step of sd-bus; 0 = there is nothing to do until something arrives.</summary>
    private int Process()
    {
        var result = NativeMethods.sd_bus_process(_bus!, out var message);
        using (message)
        {
            if (result < 0)
                throw new BusException(BusException.IsDisconnected, "the bus is gone: " + Marshal.GetPInvokeErrorMessage(-result));
            if (!message.IsInvalid)
                Dispatch(message);
        }

        return result;
    }

    private void Dispatch(MessageHandle message)
    {
        Check(NativeMethods.sd_bus_message_get_type(message, out var type), "message");
        if (type == Constants.Signal)
        {
            Raise(message);
        }
        else if (type is Constants.MethodReturn or Constants.MethodError
            && NativeMethods.sd_bus_message_get_reply_cookie(message, out var cookie) >= 0
            && _waiting.Remove(cookie, out var answer))
        {
            Answer(message, type, answer);
        }
    }

    private static void Answer(MessageHandle message, byte type, TaskCompletionSource<BusReply> answer)
    {
        if (type == Constants.MethodError)
        {
            var error = NativeMethods.sd_bus_message_get_error(message);
            var name = Marshal.PtrToStringUTF8(error->Name) ?? BusException.Failed;
            answer.TrySetException(new BusException(name, Marshal.PtrToStringUTF8(error->Message) ?? name));
            return;
        }

        try
        {
            var reply = new BusReply(MessageReader.ReadAll(message));
            if (!answer.TrySetResult(reply))
                Drop(reply.Values);
        }
        catch (BusException error)
        {
            answer.TrySetException(error);
        }
    }

    // Descriptors nobody waits for any more must not stay open: a lock of logind would hold a shutdown.
    private static void Drop(IEnumerable<object> values)
    {
        foreach (var handle in values.OfType<SafeFileHandle>())
            handle.Dispose();
    }

    private void Raise(MessageHandle message)
    {
        var path = Marshal.PtrToStringUTF8(NativeMethods.sd_bus_message_get_path(message)) ?? "";
        var @interface = Marshal.PtrToStringUTF8(NativeMethods.sd_bus_message_get_interface(message)) ?? "";
        var member = Marshal.PtrToStringUTF8(NativeMethods.sd_bus_message_get_member(message)) ?? "";
        try
        {
            var signal = new BusSignal(path, @interface, member, MessageReader.ReadAll(message));
            Action<BusSignal>[] handlers;
            lock (_lock)
                handlers = [.. _handlers.Where(entry => entry.Match.Fits(signal)).Select(entry => entry.Handler)];
            foreach (var handler in handlers)
                handler(signal);
        }
        catch (Exception)
        {
            // A malformed signal or a handler's bug must not end the connection of all the others.
        }
    }

    private void Wait()
    {
        Check(NativeMethods.sd_bus_get_timeout(_bus!, out var until), "timeout");
        var events = Check(NativeMethods.sd_bus_get_events(_bus!), "events");
        var descriptors = stackalloc PollDescriptor[2];
        descriptors[0] = new() { Descriptor = Check(NativeMethods.sd_bus_get_fd(_bus!), "descriptor"), Events = (short)events };
        descriptors[1] = new() { Descriptor = _wake, Events = Constants.PollIn };
        if (NativeMethods.poll(descriptors, 2, Milliseconds(until)) < 0 && Marshal.GetLastPInvokeError() != Constants.Interrupted)
            throw new BusException(BusException.Failed, "poll: " + Marshal.GetLastPInvokeErrorMessage());

        if (descriptors[1].Happened != 0)
        {
            ulong count;
            _ = NativeMethods.read(_wake, &count, sizeof(ulong));
        }

        Forget();
    }

    private static int Milliseconds(ulong untilMicros)
    {
        if (untilMicros == ulong.MaxValue)
            return -1;

        // .NET's Stopwatch reads CLOCK_MONOTONIC on Linux, as sd-bus does.
        var now = (ulong)(Stopwatch.GetTimestamp() / (Stopwatch.Frequency / 1_000_000));
        return untilMicros <= now ? 0 : (int)Math.Min((untilMicros - now + 999) / 1000, int.MaxValue);
    }

    // Callers that gave up; a service that never answers would otherwise leave its calls here for ever.
    private void Forget()
    {
        if (_waiting.Count == 0)
            return;
        foreach (var (cookie, answer) in _waiting)
        {
            if (answer.Task.IsCompleted)
                _waiting.Remove(cookie);
        }
    }

    private void Close(BusException? reason)
    {
        Action[] left;
        lock (_lock)
        {
            _over = true;
            left = [.. _work];
            _work.Clear();
            _handlers.Clear();
            new SafeFileHandle(_wake, ownsHandle: true).Dispose();
        }

        _bus?.Dispose();
        var error = reason ?? new BusException(BusException.IsDisconnected, "the connection to the bus was closed");
        foreach (var answer in _waiting.Values)
            answer.TrySetException(new BusException(BusException.IsDisconnected, error.Message));
        _waiting.Clear();
        _bus = null;
        foreach (var work in left)
            work();
        _ready.TrySetException(error);
        _ended.TrySetResult(reason);
        // Seen or not, it is told by Ended and by the callers' own answers.
        _ = _ready.Task.Exception;
    }

    private static int Check(int result, string operation) => BusException.ThrowIfFailed(result, operation);
}
